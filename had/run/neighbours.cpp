#include "had/run/neighbours.hpp"

#include <fmt/format.h>
#include <utility>

namespace had {

using namespace core;

// Called before the daemon takes anything, since a program that was not told may take it too.
void Neighbours::tell_others() {
    if (telling_) return;
    ForOthers now = for_others(m_.config, m_.chassis(), m_.observed);
    if (now == told_) return;
    const auto looked = [this](const ActionResult& result) {
        if (!result.ok())
            run_.log(
                NoticeLevel::warning,
                fmt::format("cannot tell other programs what is the daemon's: {}; they may touch it", result.text));
        if (std::exchange(telling_, false)) tell_others();     // what has changed while they read
    };
    const ActionResult result =
        Run::tried([&] { return run_.kernel.tell_others(now, looked), ActionResult{}; });
    if (!result.ok()) return looked(result);   // tried again with the next change of the chassis
    telling_ = true;                           // `looked` is never called from within
    told_ = std::move(now);
}

void Neighbours::before_plan() {
    const bool all = m_.touched.is_everything(awaited_);
    awaited_ = m_.touched.now();
    if (!all && m_.attempts.unsettled.empty()) return;
    for (const Ifindex index : m_.attempts.await_udev(m_.observed, run_.now())) {
        const PlacedPort* port = m_.chassis().port(index);
        const Link* link = m_.observed.link(index);
        if (!port || !link || !port->role) continue;
        Notice notice;
        notice.slot = port->name.slot;
        notice.port = to_string(port->name);
        notice.interface = link->name;
        notice.text = fmt::format("{}: udev has not settled {} in {} s, it is used as it is", notice.port,
                                  link->name, settle_limit / std::chrono::seconds(1));
        run_.say(NoticeKind::trouble, NoticeLevel::warning, std::move(notice));
    }
}

} // namespace had
