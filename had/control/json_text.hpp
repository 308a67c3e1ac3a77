// JSON that is only written, so no tree of it is built: the answer to `status` is 100 KiB with 200 ports, and
// failover waits while it is encoded.  Nor could a tree be given up without memory: the library's destructor
// allocates, and what it throws there ends the program.  A value looks like what it becomes:
//
//     JsonText{{"name", slot.name}, {"ports", texts(slot.ports, write_port)}}
//
// fields.hpp makes it from the list of an object's fields.
#pragma once

#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace had::control {

struct JsonMember;

class JsonText {
public:
    JsonText(std::nullptr_t) : text_("null") {}
    JsonText(std::string_view text);          // an interface's name may hold any bytes: no UTF-8 is replaced
    JsonText(const std::string& text) : JsonText(std::string_view(text)) {}
    JsonText(const char* text) : JsonText(std::string_view(text)) {}
    JsonText(std::same_as<bool> auto value) : text_(value ? "true" : "false") {}
    template <std::integral T>
        requires(!std::same_as<T, bool>)
    JsonText(T value) : text_(std::to_string(value)) {}
    JsonText(const std::vector<std::string>& texts);
    JsonText(std::initializer_list<JsonMember> members);
    JsonText(const std::vector<JsonMember>& members);

    [[nodiscard]] const std::string& text() const& { return text_; }
    [[nodiscard]] std::string text() && { return std::move(text_); }

    static JsonText array(const std::vector<JsonText>& values);
    static JsonText written(std::string json);                // it is JSON already

private:
    JsonText() = default;
    std::string text_;
};

struct JsonMember {
    std::string_view name;                    // one of ours: nothing in it has to be escaped
    JsonText value;
};

// `write` is a function or an overload that finds itself.
template <class List, class Write>
JsonText texts(const List& values, Write write) {
    std::vector<JsonText> written;
    written.reserve(values.size());
    for (const auto& value : values) written.push_back(write(value));
    return JsonText::array(written);
}

} // namespace had::control
