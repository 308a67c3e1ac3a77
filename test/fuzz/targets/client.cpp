// What a client is told: by a daemon that is older, newer, or none at all.
#include "had/control/protocol.hpp"
#include "had/control/view_json.hpp"
#include "test/fuzz/target.hpp"

namespace had::test {
namespace {

using namespace control;

// What is read is printed, and read again as the same.
template <class From>
void check_value(std::string_view json, From from, std::string_view law) {
    const auto value = from(json);
    if (!value) return;
    const std::string printed = to_json(*value);
    must(printed.find('\n') == std::string::npos, "an answer is one line", printed);
    const auto again = from(printed);
    must(again.has_value(), law, printed);
    must(to_json(*again) == printed, law, printed);
}

void check_answer(std::string_view json) {
    check_value(json, view_from_json, "a status is read as it was written");
    check_value(json, order_from_json, "an order is read as it was written");
    check_value(json, slot_from_json, "a slot is read as it was written");
    check_value(json, explain_from_json, "an explanation is read as it was written");
    check_value(json, plan_from_json, "a plan is read as it was written");
    check_value(json, link_from_json, "a link is read as it was written");
    check_value(json, reload_from_json, "an answer to a reload is read as it was written");
    check_value(json, position_from_json, "a position is read as it was written");
}

void run(std::string_view line) {
    check_answer(line);
    const auto message = decode_message(line);
    if (!message) return;
    if (const auto* reply = std::get_if<Reply>(&*message)) {
        const auto again = decode_message(encode(*reply));
        must(again && std::holds_alternative<Reply>(*again), "a reply is read as it was written");
        if (const auto* answer = std::get_if<Answer>(&reply->outcome)) check_answer(answer->json);
    }
}

const Registered client{"client", run};

} // namespace
} // namespace had::test
