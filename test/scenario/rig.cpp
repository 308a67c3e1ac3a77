#include "test/scenario/rig.hpp"

#include <algorithm>

namespace had::test {

Rig::Rig() {
    let_serve(world);
    start({});
}

Rig::~Rig() = default;

void Rig::start(const Orders& orders) {
    kept = orders;
    posted.clear();                       // of the one before
    had = std::make_unique<Reconciler>(kernel, prober, runner, peers, surroundings(),
                                       Identity{"machine", "had.conf", "kernel"});
    for (auto& [name, slot] : world.observed.slots) had->hear(SlotSeen{slot});
    for (auto& [at, seen] : world.observed.functions) had->hear(FunctionSeen{seen.function});
    for (auto& [index, device] : world.observed.devices) had->hear(NetDeviceSeen{device});
    for (auto& [index, link] : world.observed.links) had->hear(LinkSeen{link});
    had->begin(world.config, {}, world.owned, orders, {});
    run();
}

Surroundings Rig::surroundings() {
    Surroundings s;
    s.now = [this] { return now; };
    s.wall = [this] { return wall; };
    s.post = [this](std::function<void()> handler) { posted.push_back(std::move(handler)); };
    s.wake_at = [this](std::optional<TimePoint> at) { wake = at; };
    s.sense_at = [this](std::optional<TimePoint> at) { sense = at; };
    s.probe_at = [this](std::optional<TimePoint> at) { probe = at; };
    s.ask_peers_at = [this](auto) { ++peer_timers; };
    s.write_fault = [](const auto&, bool) { return std::string(); };
    s.publish = [this](const Notice& notice) {
        if (std::exchange(tells_throw, false)) throw std::bad_alloc();
        notices.push_back(notice);
    };
    s.log = [this](NoticeLevel, const std::string& text) { logged.push_back(text); };
    s.save = [](const Owned&) {};
    s.keep = [this](const Orders& orders) {
        if (disk_is_full) throw std::system_error(ENOSPC, std::generic_category(), "orders");
        Orders whole = orders;
        kept = std::move(whole);
        wall += keep_takes;               // an fsync takes its time
    };
    s.remember = [](const Models&) {};
    s.changed = [] {};
    s.date = [] { return "now"; };
    return s;
}

void Rig::run() {
    for (auto& each : std::exchange(posted, {})) each();
}

void Rig::disturb() {
    Link bond = *had->model().observed.link("bond0");
    bond.up = false;
    bond.mtu -= 4;
    had->hear(LinkSeen{bond});
    run();
}

bool Rig::acts() {
    now += std::chrono::minutes(5);
    const unsigned before = kernel.applied;
    disturb();
    now += std::chrono::minutes(5);       // what was acknowledged and did not show has failed, and is tried again
    had->wake();
    return kernel.applied > before;
}

bool Rig::waits_for_ever() const {
    const auto& tried = had->model().attempts.by_key;
    return std::any_of(tried.begin(), tried.end(), [](const auto& entry) {
        return entry.second.state == Attempt::State::running && !is_job(entry.second.operation);
    });
}

void Rig::ask_for(Duration time, bool answered) {
    for (const TimePoint end = now + time; probe && *probe <= end;) try {
        now = std::max(now, *std::exchange(probe, std::nullopt));
        prober.asked.clear();
        had->probe();
        for (const Question& q : prober.asked)
            if (answered)
                had->hear(Answer{.port = q.port, .transport = q.transport, .to = q.source, .from = {},
                                 .target = q.target});
        run();
    } catch (const std::bad_alloc&) {
    }
}

bool Rig::was_told(NoticeKind kind) const {
    return std::any_of(notices.begin(), notices.end(), [&](const Notice& n) { return n.kind == kind; });
}

} // namespace had::test
