#include "test/chassis/qmp.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace had::test {
namespace {

// QEMU answers within milliseconds; it may need seconds when the machine is overloaded.
constexpr Limit answer_limit = 30s;

// Events nobody asked for are kept only so long: a story causes some dozens.
constexpr std::size_t most_events = 1000;

bool is_deletion_of(const Json& event, const std::string& device) {
    return event.at("event") == "DEVICE_DELETED" && event.contains("data") &&
           event.at("data").value("device", "") == device;
}

} // namespace

void Qmp::greet() {
    Deadline deadline(answer_limit);
    auto greeting = line_.receive(deadline);
    if (!greeting || !greeting->contains("QMP"))
        throw QmpError("QEMU did not greet: its monitor does not answer");
    greeted_ = true;
    line_.send({{"execute", "qmp_capabilities"}});
    reply_to("qmp_capabilities", deadline);
}

Json Qmp::execute(std::string_view command, Json arguments) {
    if (!greeted_) greet();
    line_.send({{"execute", command}, {"arguments", std::move(arguments)}});
    return reply_to(command, Deadline(answer_limit));
}

Json Qmp::reply_to(std::string_view command, const Deadline& deadline) {
    while (auto message = line_.receive(deadline)) {
        if (message->contains("event")) {
            events_.push_back(std::move(*message));
            if (events_.size() > most_events) events_.pop_front();
        } else if (message->contains("error")) {
            throw QmpError(fmt::format("QEMU refused {}: {}", command,
                                       message->at("error").at("desc").get<std::string>()));
        } else {
            return message->at("return");
        }
    }
    throw QmpError(fmt::format("QEMU did not answer {}", command));
}

bool Qmp::wait_deleted(const std::string& device, Limit limit) {
    Deadline deadline(limit);
    for (;;) {
        auto found = std::find_if(events_.begin(), events_.end(),
                                  [&](const Json& e) { return is_deletion_of(e, device); });
        if (found != events_.end()) {
            events_.erase(found);
            return true;
        }
        auto message = line_.receive(deadline);
        if (!message) return false;
        if (message->contains("event")) events_.push_back(std::move(*message));
    }
}

} // namespace had::test
