#include "had/control/json_text.hpp"

#include "had/control/json.hpp"

#include <algorithm>

namespace had::control {

namespace {

bool is_plain(char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; }

void put_all(std::string& into, const auto& values, char open, char close, auto put) {
    into += open;
    for (bool first = true; const auto& value : values) {
        if (!std::exchange(first, false)) into += ',';
        put(value);
    }
    into += close;
}

void put_members(std::string& into, const auto& members) {
    put_all(into, members, '{', '}', [&](const JsonMember& member) {
        into.append(1, '"').append(member.name).append("\":").append(member.value.text());
    });
}

} // namespace

JsonText::JsonText(std::string_view text) {
    if (!std::all_of(text.begin(), text.end(), is_plain)) {
        text_ = dump(Json(text));
        return;
    }
    text_.reserve(text.size() + 2);
    text_.append(1, '"').append(text).append(1, '"');
}

JsonText::JsonText(const std::vector<std::string>& all) {
    put_all(text_, all, '[', ']', [&](const std::string& one) { text_ += JsonText(one).text(); });
}

JsonText::JsonText(std::initializer_list<JsonMember> members) { put_members(text_, members); }
JsonText::JsonText(const std::vector<JsonMember>& members) { put_members(text_, members); }

JsonText JsonText::array(const std::vector<JsonText>& values) {
    JsonText array;
    put_all(array.text_, values, '[', ']', [&](const JsonText& value) { array.text_ += value.text(); });
    return array;
}

JsonText JsonText::written(std::string json) {
    JsonText text;
    text.text_ = std::move(json);
    return text;
}

} // namespace had::control
