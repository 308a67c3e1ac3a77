// A request, read while it is parsed.  No tree of it is built: what is repeated, nested too deeply or unknown
// costs no more than its bytes.
#include "had/control/json.hpp"
#include "had/control/protocol.hpp"
#include "had/core/base/limits.hpp"
#include "had/core/base/text.hpp"

#include <fmt/format.h>

#include <utility>

namespace had::control {

namespace {

using core::limits::echo_bytes;

Reply unusable(std::optional<std::uint64_t> id, std::string text) {
    return {id, Error{ErrorCode::usage, std::move(text), {}}};
}

// What nlohmann's parser calls for each part, in the order of the text.  True: go on.
class RequestReader final : public nlohmann::json_sax<Json> {
public:
    bool null() override { return other(); }
    bool boolean(bool value) override { return arg(value); }
    bool number_integer(number_integer_t value) override { return arg(std::int64_t{value}); }
    bool number_unsigned(number_unsigned_t value) override {
        if (depth_ == 1 && key_ == "id") {
            id_ = value;
            return true;
        }
        return value > INT64_MAX ? other() : arg(static_cast<std::int64_t>(value));
    }
    bool number_float(number_float_t, const string_t&) override { return other(); }
    bool string(string_t& value) override {
        if (list_ && depth_ == 3) return list_->push_back(std::move(value)), true;
        if (depth_ != 1 || key_ != "verb") return arg(std::move(value));
        verb_ = std::move(value);
        return true;
    }
    bool binary(binary_t&) override { return other(); }     // there is none in JSON text
    bool start_object(std::size_t) override {
        is_object_ = is_object_ || depth_ == 0;
        if (depth_ > 0 && !(depth_ == 1 && key_ == "args")) other();
        ++depth_;
        return true;
    }
    bool end_object() override {
        --depth_;
        return true;
    }
    bool start_array(std::size_t) override {
        if (depth_ == 2 && key_ == "args") list_.emplace();
        else if (depth_ > 0) other();
        ++depth_;
        return true;
    }
    bool end_array() override {
        --depth_;
        if (depth_ != 2 || !list_) return true;
        Texts list = *std::exchange(list_, std::nullopt);
        return arg(std::move(list));
    }
    bool key(string_t& name) override {
        if (depth_ == 1) crowded_ = ++keys_ > core::limits::request_keys || crowded_;
        if (depth_ == 2) crowded_ = ++args_count_ > core::limits::args || crowded_;
        if (depth_ == 1) key_ = std::move(name);
        else if (depth_ == 2) arg_ = std::move(name);
        return true;
    }
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
        return false;
    }

    std::variant<Request, Reply> request() && {
        if (!is_object_) return unusable({}, "a request is a JSON object");
        if (!id_) return unusable({}, "a request has an id: a whole number, 0 or more");
        if (crowded_)
            return unusable(id_, fmt::format("a request has at most {} keys, and {} arguments",
                                             core::limits::request_keys, core::limits::args));
        if (bad_arg_)
            return unusable(id_, fmt::format("argument '{}' is neither text nor a whole number nor true or false, "
                                             "nor a list of texts",
                                             core::shortened(*bad_arg_, echo_bytes)));
        if (bad_key_)
            return unusable(id_, "a request has 'id', 'verb' (text) and 'args' (an object), nothing else");
        if (verb_.empty()) return unusable(id_, "a request has a verb");
        return Request{*id_, std::move(verb_), std::move(args_)};
    }

private:
    // A value that has no place here.  A value inside it is part of the same mistake.
    bool other() {
        if (depth_ == 1 && key_ == "id") id_.reset();
        else if (depth_ == 1) bad_key_ = true;
        else if ((depth_ == 2 || list_) && key_ == "args" && !bad_arg_) bad_arg_ = arg_;
        return true;
    }
    bool arg(Arg value) {
        if (depth_ != 2 || key_ != "args") return other();
        if (!crowded_) args_.insert_or_assign(std::move(arg_), std::move(value));
        return true;
    }

    unsigned depth_ = 0;
    std::size_t keys_ = 0, args_count_ = 0;
    bool is_object_ = false, crowded_ = false, bad_key_ = false;
    std::string key_, arg_;                   // where we are
    std::optional<Texts> list_;               // in an argument that is one
    std::optional<std::uint64_t> id_;
    std::string verb_;
    Args args_;
    std::optional<std::string> bad_arg_;
};

} // namespace

std::variant<Request, Reply> decode_request(std::string_view line) {
    RequestReader reader;
    if (!Json::sax_parse(line, &reader)) return unusable({}, "this is not a JSON text in UTF-8");
    return std::move(reader).request();
}

} // namespace had::control
