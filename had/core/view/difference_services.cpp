// Services that run or do not, and who serves in their groups.
#include "had/core/policy/failover.hpp"
#include "had/core/view/difference.hpp"

#include <fmt/format.h>
#include <utility>

namespace had::core {
namespace {

Notice about(const ServiceView& service) {
    Notice n;
    n.service = service.name;
    n.group = service.group;
    n.interface = service.interface;
    return n;
}

bool runs(const ServiceView& service) { return service.phase == Phase::up || service.phase == Phase::done; }

void gone(News& news, const ServiceView& service) {
    if (!runs(service) && !is_active(service.phase)) return;
    Notice n = about(service);
    n.text = fmt::format("{} runs no more: {}", service.name,
                         service.device.empty() ? "nothing names it any more"
                                                : fmt::format("{} is gone", service.device));
    news.add(NoticeKind::service_stopped, NoticeLevel::info, std::move(n));
}

void phase(News& news, const ServiceView& service) {
    const ServiceView* old = news.before.service(service.name);
    const Phase was = old ? old->phase : Phase::absent;
    Notice n = about(service);
    if (runs(service) && !(old && runs(*old) && old->since == service.since)) {
        n.text = fmt::format("{} {}{}", service.name, service.phase == Phase::done ? "has run" : "is up",
                             service.device.empty() ? "" : fmt::format(", for {}", service.device));
        news.add(NoticeKind::service_up, NoticeLevel::notice, std::move(n));
    } else if (service.failures > 0 && (!old || service.failures > old->failures)) {
        n.cause = cause::failed;
        n.text = fmt::format("{} failed: {}", service.name, service.text);
        news.add(NoticeKind::service_failed, NoticeLevel::warning, std::move(n));
    } else if (!is_active(service.phase) && is_active(was) && service.phase != Phase::failed) {
        n.text = fmt::format("{} is stopped{}{}", service.name, service.text.empty() ? "" : ": ", service.text);
        news.add(NoticeKind::service_stopped, NoticeLevel::info, std::move(n));
    }
    Notice stuck = about(service);
    news.trouble(std::move(stuck), old, service);
}

void health(News& news, const FailoverView& group) {
    const FailoverView* old = news.before.failover(group.name);
    Notice n;
    n.group = group.name;
    news.trouble(n, old, group);
    const std::string was = old ? old->active : "";
    const bool down = group.health == Health::down && old && old->health != Health::down;
    if (was != group.active && !group.active.empty()) {
        Notice moved = n;
        moved.from = was;
        moved.to = group.active;
        moved.text = fmt::format("{} is served by {}{}{}", group.name, group.active, group.text.empty() ? "" : ": ",
                                 group.text);
        news.add(NoticeKind::member_changed, NoticeLevel::notice, std::move(moved));
    }
    if (old ? old->health == group.health : group.health != Health::degraded) return;
    n.from = old ? to_string(old->health) : "";
    n.to = to_string(group.health);
    n.text = fmt::format("{}: {}, {}", group.name, n.to, state_of(group));
    if (down) news.add(NoticeKind::down, NoticeLevel::error, std::move(n));
    else if (group.health == Health::healthy) news.add(NoticeKind::healed, NoticeLevel::notice, std::move(n));
    else if (is_impaired(group.health)) news.add(NoticeKind::degraded, NoticeLevel::warning, std::move(n));
}

} // namespace

void tell_services(News& news) {
    for (const ServiceView& service : news.before.services)
        if (!news.after.service(service.name)) gone(news, service);
    for (const ServiceView& service : news.after.services) phase(news, service);
    for (const FailoverView& group : news.after.failovers) health(news, group);
}

} // namespace had::core
