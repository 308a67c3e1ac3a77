#include "had/notify/message.hpp"

#include "had/control/json.hpp"
#include "had/control/json_text.hpp"
#include "had/core/base/notice.hpp"
#include "had/core/base/text.hpp"

namespace had::notify {

using control::Json;

namespace {

constexpr std::size_t longest = 8 * 1024;     // of a variable; Linux takes 128 KiB, and the JSON is whole anyway

// Of the protocol's keys those that become variables, in the order of the event.
template <class F>
void for_each_key(F f) {
    for (const char* key : {"event", "seq", "instance", "time", "level"}) f(key);
    const core::Notice any;
    core::for_each_field(any, [&](const char* key, const std::string&) { f(key); });
    f("text");
}

// A number is written as it stands: `from` and `to` of a `lost` event are such.
std::string text_of(const Json& json, const char* key) {
    std::string text;
    std::uint64_t number = 0;
    control::take(json, key, text);
    control::take(json, key, number);
    return number > 0 ? std::to_string(number) : core::shortened(text, longest);
}

// The thing that it is about: of an alarm the first half of its id, else what is nearest to a service.
std::string object_of(const Json& json) {
    std::string alarm, object;
    control::take(json, "alarm", alarm);
    if (!alarm.empty()) return alarm.substr(0, alarm.rfind('/'));
    for (const char* key : {"bond", "group", "service", "peer", "port", "interface", "slot"})
        if (control::take(json, key, object); !object.empty()) return object;
    return "chassis";
}

// An environment has no NUL; what cannot be said is left out.
void add(Message& message, std::string_view name, const std::string& value) {
    if (value.find('\0') == std::string::npos && !value.empty())
        message.environment.push_back(std::string(name) + "=" + value);
}

std::optional<Message> read(const std::string& line) {
    return control::read(line, [&](const Json& json) {
        Message message;
        control::take(json, "event", message.event);
        control::take(json, "level", message.level);
        control::take(json, "alarm", message.alarm);
        control::take(json, "instance", message.instance);
        control::take(json, "seq", message.seq);
        message.object = core::shortened(object_of(json), longest);
        message.json = line;
        if (message.level.empty()) message.level = "warning";         // `lost` has none
        for_each_key([&](const char* key) { add(message, core::variable_of(key), text_of(json, key)); });
        add(message, "HAD_OBJECT", message.object);
        return message;
    });
}

} // namespace

std::optional<Message> message_of(const control::Event& event) {
    if (event.event == "changed") return std::nullopt;
    return read(event.json);
}

Message lost(const std::string& instance, std::uint64_t from, std::uint64_t to) {
    return read(control::encode_lost(instance, from, to)).value();
}

Message test_message(const std::string& event, const std::string& time) {
    const std::string line = control::JsonText{{"event", event},
                                               {"time", time},
                                               {"level", "notice"},
                                               {"test", true},
                                               {"text", "a test of hadctl notify: nothing has happened"}}
                                 .text();
    Message message = read(line).value();
    add(message, "HAD_TEST", "1");
    return message;
}

} // namespace had::notify
