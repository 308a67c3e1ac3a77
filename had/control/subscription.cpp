#include "had/control/subscription.hpp"

#include <algorithm>
#include <utility>

namespace had::control {
namespace {

using namespace std::chrono_literals;

constexpr core::Duration first_delay = 1s, longest_delay = 30s;

} // namespace

Position subscribe(Client& client, const std::optional<Position>& from, bool changes) {
    Args args{{"changes", changes}};
    if (from) {
        args.emplace("instance", from->instance);
        args.emplace("seq", static_cast<std::int64_t>(from->seq));
    }
    const auto last = position_from_json(client.call("subscribe", std::move(args)));
    if (!last) throw ClientError(Exit::failed, "the daemon answers what this program does not understand");
    return *last;
}

Subscription::Subscription(sys::Loop& loop, std::string path, std::optional<Position> from, bool changes,
                           Handlers handlers)
    : loop_(loop), path_(std::move(path)), position_(std::move(from)), changes_(changes),
      handlers_(std::move(handlers)), delay_(first_delay) {
    loop_.post([this] { connect(); });
}

void Subscription::connect() try {
    client_.emplace(path_);
    const Position last = subscribe(*client_, position_, changes_);
    if (!position_) position_ = last;
    watch_ = loop_.on_readable(client_->fd(), [this] { pump(); });
    why_not_.clear();
    handlers_.connected(*client_, last);
    delay_ = first_delay;                     // a daemon that answers nonsense is asked ever more seldom, too
    pump();
} catch (const ClientError& e) {
    lose(e.what());
}

void Subscription::pump() try {
    while (client_) {
        while (const auto event = client_->take_event()) {
            handlers_.event(*client_, *event);
            if (event->seq) position_ = Position{event->instance, *event->seq};
        }
        if (client_->wait_event(core::Duration(0)) != Client::Waited::event) return;
    }
} catch (const ClientError& e) {
    lose(e.what());
}

void Subscription::lose(const std::string& why) {
    watch_ = {};
    client_.reset();
    again_ = loop_.after(delay_, [this] { connect(); });
    delay_ = std::min(2 * delay_, longest_delay);
    if (std::exchange(why_not_, why) != why) handlers_.disconnected(why);
}

} // namespace had::control
