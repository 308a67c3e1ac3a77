#include "test/fuzz/rig.hpp"

#include "had/control/protocol.hpp"
#include "test/fake/whole.hpp"
#include "test/fuzz/target.hpp"

#include <cerrno>
#include <new>
#include <system_error>
#include <utility>

namespace had::test {

using namespace core;

namespace {

constexpr const char* the_disk = "the disk";

// A turn may fail because an edge has, and for no other reason: what the daemon itself does wrong it survives as
// well, and is a finding.
void check_notice(const Notice& notice) {
    const std::string line = control::encode(notice, 1, "i", {"t", "b", 1});
    must(line.find('\n') == std::string::npos, "an event is one line", line);
    if (notice.text.find("could not finish its turn") == std::string::npos) return;
    for (const char* injected : {Faults::words, the_disk, std::bad_alloc().what()})
        if (notice.text.find(injected) != std::string::npos) return;
    must(false, "no turn fails of itself", notice.text);
}

} // namespace

Rig::Rig(Kernel& kernel, Prober& prober, Runner& runner, Faults& faults)
    : kernel_(kernel), faults_(faults),
      had_(kernel, prober, runner, peers_, surroundings(), {"0123456789abcdef", "had.conf", "kernel"}) {}

Surroundings Rig::surroundings() {
    Surroundings s;
    s.now = [this] { return loop_.now(); };
    s.wall = [this] { return wall(); };
    s.post = [this](std::function<void()> handler) {
        faults_.may_fail();
        loop_.post(std::move(handler));
    };
    s.wake_at = [this](std::optional<TimePoint> at) {
        faults_.may_fail();
        ++reconciles_;
        turn_at_ = loop_.now();
        loop_.wake_at(at);
    };
    s.sense_at = [this](std::optional<TimePoint> at) {
        faults_.may_fail();
        loop_.sense_at(at);
    };
    s.probe_at = [this](std::optional<TimePoint> at) {
        faults_.may_fail();
        loop_.probe_at(at);
    };
    s.ask_peers_at = [this](std::optional<TimePoint> at) {
        faults_.may_fail();
        loop_.ask_peers_at(at);
    };
    s.write_fault = [](const std::string&, bool) { return std::string(); };
    s.publish = [this](const Notice& notice) {
        check_notice(notice);
        faults_.may_fail();
    };
    s.log = [this](NoticeLevel, const std::string&) { faults_.may_fail(); };
    s.save = [this](const Owned& owned) {
        faults_.may_fail();
        const std::string text = print(owned);
        must(parse_owned(text) == owned, "what the daemon made is read as it was written", text);
    };
    s.keep = [this](const Orders& orders) { keep(orders); };
    s.remember = [this](const Models& models) {
        faults_.may_fail();
        const std::string text = print(models);
        must(parse_models(text) == models, "models are read as they were written", text);
    };
    s.changed = [this] { faults_.may_fail(); };
    s.date = [this] { return utc_text(wall()); };
    return s;
}

void Rig::keep(const Orders& orders) {
    faults_.may_fail();
    if (disk_is_full) throw std::system_error(ENOSPC, std::generic_category(), the_disk);
    const std::string text = print(orders);
    const ParsedOrders parsed = parse_orders(text);
    must(parsed.mistakes.empty() && parsed.orders == orders, "no order is lost when it is kept", text);
    orders_ = text;
}

// Only what was injected: another exception is a finding.
bool Rig::run(const std::function<void()>& handler) {
    const auto injected = [this] { must(faults_.on || disk_is_full, "nothing throws of itself"); };
    try {
        handler();
        return false;
    } catch (const std::system_error&) {
        injected();
    } catch (const std::bad_alloc&) {
        injected();
    }
    return true;
}

void Rig::run_posted() {
    constexpr int enough = 100;
    for (int rounds = 0;; ++rounds) {
        must(rounds < enough, "the reconciler comes to rest");
        bool more = false;
        run([&] { more = loop_.run_posted(); });
        check_whole();
        if (!more) return;
    }
}

// What is kept from turn to turn is what would be derived from nothing.
void Rig::check_whole() {
    const Model& model = had_.model();
    const std::string unlike = unlike_whole_plan(model);
    must(unlike.empty(), "a plan is that of all objects", unlike);
    if (std::exchange(turn_at_, std::nullopt) != loop_.now() || had_.failing_since()) return;
    must(model.view_is_old || !is_unlike_whole_view(model, had_.view()), "a view is that of all objects");
}

void Rig::pass(Duration time) {
    constexpr int enough = 200;
    const TimePoint until = loop_.now() + time;
    for (int times = 0;; ++times) {
        must(times < enough, "it does not wake without end");
        const FakeLoop::Due due = loop_.advance(until);
        if (due == FakeLoop::Due::nothing) return;
        run([&] {
            if (due == FakeLoop::Due::wake) had_.wake();
            else if (due == FakeLoop::Due::sense) had_.sense();
            else if (due == FakeLoop::Due::peers) had_.ask_peers();
            else had_.probe();
        });
        run_posted();
    }
}

} // namespace had::test
