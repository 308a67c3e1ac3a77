// What no scenario can say: edges that throw, requests between two turns, clocks that jump.
#include "had/run/reconciler.hpp"
#include "test/fake/runner.hpp"
#include "test/boost_test.hpp"
#include "test/fake/no_peers.hpp"
#include "test/unit/core/situation.hpp"
#include "test/unit/short_memory.hpp"

#include <algorithm>
#include <cerrno>
#include <memory>
#include <new>
#include <system_error>

using namespace had;
using namespace had::core;
using namespace had::test;

namespace {

[[noreturn]] void fail() { throw std::system_error(ENOMEM, std::generic_category(), "netlink"); }

// Obeys, and counts; or throws wherever it is told to.
struct Edge final : core::Kernel {
    bool drain_throws = false, apply_throws = false, start_throws = false, tell_throws = false, look_throws = false;
    unsigned applied = 0, told = 0;
    std::vector<std::string> operations;
    std::vector<JobDone> jobs;

    ActionResult announce(const Announcement&) override { return {}; }
    ActionResult apply(const Operation& operation) override {
        if (apply_throws) throw std::bad_alloc();
        operations.push_back(to_string(operation));
        return ++applied, ActionResult{};
    }
    std::unique_ptr<Prepared> prepare(const Operation&) override { return nullptr; }
    void start(const Operation&, JobDone done) override {
        if (start_throws) fail();
        jobs.push_back(std::move(done));
    }
    Reading reading{false, EOPNOTSUPP, "no"};
    Reading sense(Ifindex, Probe) override { return reading; }
    std::optional<SlotState> look(const SlotLook&) override { return std::nullopt; }
    bool hotplug_thread_runs() override {
        if (look_throws) fail();
        return true;
    }
    Parameters parameters(const std::string&) override { return {}; }
    mutable unsigned looked = 0;
    bool tunables_throw = false;
    Tunables tunables(const LinkRef&, const std::vector<std::string>& words) const override {
        if (++looked; tunables_throw) fail();
        Tunables values;
        for (const std::string& word : words) values.emplace(word, "256");
        return values;
    }
    void tell_others(const ForOthers&, JobDone) override {
        if (tell_throws) fail();
        ++told;
    }
    void ask_cause(const LossQuestion&, JobDone) override {}
    void drain() override {
        if (drain_throws) fail();
    }
};

struct Rig {
    Edge kernel;
    struct Deaf final : core::Prober {
        unsigned listened = 0;
        int error = 0;
        std::vector<Question> asked;
        void listen(const std::vector<Ear>&) override { ++listened; }
        int ask(const Question& question) override {
            asked.push_back(question);
            return error;
        }
        std::optional<std::uint64_t> received(Ifindex) override { return std::nullopt; }
        bool hears_file(const std::string&) override { return true; }
        std::optional<bool> says_failed(const std::string&) override { return std::nullopt; }
    } prober;
    FakeLoop nobody;
    struct Programs final : FakeRunner {
        using FakeRunner::FakeRunner;
        bool watch_throws = false;
        void watch(const std::vector<MatchConfig>&) override {
            if (std::exchange(watch_throws, false)) fail();
        }
    } runner{nobody};
    NoPeers peers;
    TimePoint now{std::chrono::hours(1)};
    std::int64_t wall = 1'000'000, keep_takes = 0;
    bool tells_throw = false, disk_is_full = false;
    unsigned peer_timers = 0;
    std::vector<std::function<void()>> posted;
    std::vector<Notice> notices;
    std::optional<TimePoint> wake, sense, probe;
    Orders kept;
    World world{"[bond bond0]\nmode = active-backup\nmiimon = 100\n[config member]\nbond = bond0\n"
                "[devices]\n2 = member\n"};
    std::unique_ptr<Reconciler> had;

    Rig() {
        let_serve(world);
        start({});
    }

    void start(const Orders& orders) {
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
    Surroundings surroundings() {
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
        s.log = [](NoticeLevel, const std::string&) {};
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
    void run() {
        for (auto& each : std::exchange(posted, {})) each();
    }
    // Somebody sets the bond down, which the daemon has to undo.
    void disturb() {
        Link bond = *had->model().observed.link("bond0");
        bond.up = false;
        bond.mtu -= 4;
        had->hear(LinkSeen{bond});
        run();
    }
    bool acts() {
        now += std::chrono::minutes(5);
        const unsigned before = kernel.applied;
        disturb();
        now += std::chrono::minutes(5);       // what was acknowledged and did not show has failed, and is tried again
        had->wake();
        return kernel.applied > before;
    }
    // A request ends before the next one begins; only jobs take their time.
    bool waits_for_ever() const {
        const auto& tried = had->model().attempts.by_key;
        return std::any_of(tried.begin(), tried.end(), [](const auto& entry) {
            return entry.second.state == Attempt::State::running && !is_job(entry.second.operation);
        });
    }
    // The monitors ask until then, and hosts answer or not.  What is thrown leaves a handler, as in the daemon's loop.
    void ask_for(Duration time, bool answered) {
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
    bool was_told(NoticeKind kind) const {
        return std::any_of(notices.begin(), notices.end(), [&](const Notice& n) { return n.kind == kind; });
    }
};

bool is_refused(const CommandAnswer& answer) { return std::holds_alternative<Refusal>(answer); }

} // namespace

BOOST_FIXTURE_TEST_SUITE(reconciler, Rig)

BOOST_AUTO_TEST_CASE(it_acts_again_after_the_link_socket_has_failed_in_the_middle_of_a_list) {
    kernel.drain_throws = true;
    disturb();
    kernel.drain_throws = false;
    BOOST_TEST(acts());
}

BOOST_AUTO_TEST_CASE(it_acts_again_after_a_request_had_no_memory) {
    kernel.apply_throws = true;
    disturb();
    kernel.apply_throws = false;
    BOOST_TEST(acts());
}

// The loop hears all anew when an event could not be folded.
BOOST_AUTO_TEST_CASE(it_acts_again_wherever_in_a_turn_an_allocation_has_failed) {
    Link lowered = *had->model().observed.link("bond0");
    lowered.up = false;
    lowered.mtu -= 4;
    std::size_t first = 0;
    for (bool failed = true; failed; ++first) {
        now += std::chrono::minutes(5);
        Event event = LinkSeen{lowered};
        try {
            const ShortMemory short_memory(first, 1);
            had->hear(std::move(event));
            run();
            failed = short_memory.failures() == 0;
        } catch (const std::bad_alloc&) {
            had->hear(LinkSeen{lowered});
        }
        BOOST_TEST_REQUIRE(acts(), "allocation no. " << first << " of the turn has failed, and it does nothing more");
        BOOST_TEST_REQUIRE(!waits_for_ever(), "allocation no. " << first << " has failed, and a request has no end");
    }
    BOOST_TEST(first > 100U);
}

// Kept, in force and part of the configuration, or none of it; and the turns go on.
BOOST_AUTO_TEST_CASE(an_order_is_in_force_or_is_not_wherever_an_allocation_has_failed) {
    world = World("[had]\ndomains = A\n[domain A]\nslots = 2\n[domain B]\nslots = 3\n"
                  "[bond bond0]\nmode = active-backup\nmiimon = 100\n"
                  "[config member]\nbond = bond0\n[devices]\n2 = member\n");
    let_serve(world);
    struct Given {
        Command command;
        Orders before;
    };
    Orders released, taken, taken_out, activated, left_out, paused;
    released.domains["A"] = {.force = true, .by = "root", .since = "then"};
    taken.domains["B"] = {.take = true, .by = "root", .since = "then"};
    taken_out.offline["2"] = {.kernel = "2", .by = "root", .since = "then"};
    activated.active["bond0"] = {.port = "2.1", .by = "root", .since = "then"};
    left_out.left_out[{"2", 1, 0}] = {.by = "root", .since = "then", .bond = "bond0"};
    paused.pause = PauseOrder{"root", "then", std::nullopt};
    const Given all[] = {{command::Release{"A", true}, {}},      {command::Take{"A"}, released},
                         {command::Take{"B"}, {}},              {command::Release{"B"}, taken},
                         {command::Offline{"2", true}, {}},     {command::Online{"2"}, taken_out},
                         {command::Activate{"bond0", "2.1"}, {}}, {command::Auto{"bond0"}, activated},
                         {command::LeaveOut{"2.1"}, {}},        {command::PutBack{"2.1"}, left_out},
                         {command::Pause{}, {}},                {command::Resume{}, paused}};
    for (const Given& given : all) {
        std::size_t first = 0;
        for (bool failed = true; failed; ++first) {
            start(given.before);
            try {
                const ShortMemory short_memory(first, 1);
                had->carry_out(given.command, "root");
                failed = short_memory.failures() == 0;
            } catch (const std::bad_alloc&) {
            }
            run();
            now += std::chrono::minutes(5);
            had->wake();
            const Model& model = had->model();
            const std::string which = "command no. " + std::to_string(&given - all) + ", allocation no. " +
                                      std::to_string(first);
            BOOST_TEST_REQUIRE(!had->failing_since().has_value(), which);
            BOOST_TEST_REQUIRE((kept == model.orders), which);
            BOOST_TEST_REQUIRE((model.config == model.config_with(model.orders)), which);
        }
        BOOST_TEST(first > 10U);
    }
}

BOOST_AUTO_TEST_CASE(it_tries_again_in_a_second_when_a_turn_fails_and_says_so_until_then) {
    tells_throw = true;
    Link bond = *had->model().observed.link("bond0");
    bond.up = false;
    bond.carrier = false;
    had->hear(LinkSeen{bond});
    BOOST_CHECK_NO_THROW(run());
    BOOST_REQUIRE(had->failing_since().has_value());
    BOOST_TEST((had->view().health != Health::healthy));
    BOOST_REQUIRE(!had->view().problems.empty());
    BOOST_TEST(had->view().problems.front().find("could not finish its turn") != std::string::npos);
    BOOST_TEST(was_told(NoticeKind::trouble));
    BOOST_TEST((wake && *wake == now + std::chrono::seconds(1)));
    had->wake();
    BOOST_TEST(!had->failing_since().has_value());
    BOOST_TEST(was_told(NoticeKind::trouble_over));
    BOOST_TEST(acts());
}

BOOST_AUTO_TEST_CASE(a_file_that_is_refused_is_shown_until_one_is_taken) {
    BOOST_TEST(!had->view().started.empty());
    BOOST_TEST(had->view().file_taken == had->view().started);
    BOOST_TEST(had->view().file_refused.empty());
    had->refuse_file();
    BOOST_TEST(!had->view().file_refused.empty());
    BOOST_TEST(notices.empty());
    had->reload(world.config, {}, false);
    BOOST_TEST(had->view().file_refused.empty());
    BOOST_TEST(!had->view().file_taken.empty());
}

BOOST_AUTO_TEST_CASE(a_job_that_cannot_be_started_has_failed_and_is_tried_again) {
    World loads("[bond bond0]\nmode = active-backup\nmiimon = 100\n");
    kernel.start_throws = true;
    BOOST_CHECK_NO_THROW(had->reload(loads.config, {}, false));
    LinksDumped none;
    BOOST_CHECK_NO_THROW(had->hear(none));
    BOOST_CHECK_NO_THROW(run());
    kernel.start_throws = false;
    now += std::chrono::minutes(5);
    had->wake();
    BOOST_TEST(kernel.jobs.size() == 1u);
}

BOOST_AUTO_TEST_CASE(others_are_told_later_when_they_cannot_be_told_now) {
    kernel.tell_throws = true;
    const unsigned before = kernel.told;
    World other("[bond bond0]\nmode = active-backup\nmiimon = 100\n[config member]\nbond = bond0\n"
                "[devices]\n2 = member\n3 = member\n");
    BOOST_CHECK_NO_THROW(had->reload(other.config, {}, false));
    kernel.tell_throws = false;
    had->reload(other.config, {}, false);
    had->reload(world.config, {}, false);
    BOOST_TEST(had->failing_since().has_value() == false);
    BOOST_TEST(kernel.told >= before);
}

BOOST_AUTO_TEST_CASE(whatever_goes_can_be_asked_for_before_the_next_turn) {
    const Observed before = had->model().observed;
    const auto ask = [this] {
        for (const char* object : {"2", "2.0", "2.1", "bond0", "eth0", "eth1", "nothing"})
            BOOST_CHECK_NO_THROW(static_cast<void>(had->explain(object)));
        BOOST_CHECK_NO_THROW(static_cast<void>(had->model().plan_now()));
        BOOST_CHECK_NO_THROW(static_cast<void>(had->link("2.1")));
    };
    for (const auto& [index, link] : before.links) {
        had->hear(LinkGone{index});
        ask();
    }
    for (const auto& [index, device] : before.devices) {
        had->hear(NetDeviceGone{index});
        ask();
    }
    for (const auto& [address, function] : before.functions) {
        had->hear(FunctionGone{address});
        ask();
    }
    for (const auto& [name, slot] : before.slots) {
        had->hear(SlotGone{name});
        ask();
    }
    had->hear(DevicesScanned{});
    had->hear(LinksDumped{});
    ask();
}

BOOST_AUTO_TEST_CASE(what_a_card_says_of_its_link_is_told_before_the_next_turn) {
    const auto says = [this](bool link) {
        now += std::chrono::seconds(1);
        kernel.reading = {link, 0, ""};
        had->sense();
        return had->explain("2.0").back().why;
    };
    BOOST_TEST(says(true) == "link is up");
    run();
    BOOST_TEST(says(false) == "no link, says MII; the driver has not noticed");
    run();
    BOOST_TEST(says(true) == "link is up");
}

BOOST_AUTO_TEST_CASE(a_pause_may_end_within_the_call_that_gives_it) {
    keep_takes = 1;
    had->carry_out(command::Pause{std::chrono::seconds(1)}, "root");
    BOOST_TEST((had->view().pause() == nullptr));
    BOOST_TEST(!kept.pause.has_value());
}

BOOST_AUTO_TEST_CASE(a_pause_lasts_a_day_at_most_whatever_the_clock_was) {
    Orders orders;
    orders.pause = PauseOrder{"root", "then", latest_time};
    start(orders);
    BOOST_REQUIRE(kept.pause.has_value());
    BOOST_TEST(*kept.pause->until == wall + pause_most.count());
    BOOST_TEST((wake && *wake == now + pause_most));
    wall -= 10 * pause_most.count();
    had->wake();
    BOOST_TEST(*kept.pause->until == wall + pause_most.count());
    wall += pause_most.count();
    had->wake();
    BOOST_TEST(!kept.pause.has_value());
}

BOOST_AUTO_TEST_CASE(a_pause_without_an_end_lasts_until_somebody_ends_it) {
    Orders orders;
    orders.pause = PauseOrder{"the daemon", "then", std::nullopt};
    start(orders);
    wall += 100 * pause_most.count();
    had->wake();
    BOOST_TEST((had->view().pause() != nullptr));
    BOOST_TEST(!wake.has_value());
    BOOST_TEST(!acts());
    had->carry_out(command::Resume{}, "root");
    BOOST_TEST(acts());
}

BOOST_AUTO_TEST_CASE(a_card_whose_return_was_cut_off_by_a_kill_comes_back_with_the_next_daemon) {
    for (auto& [address, seen] : world.observed.functions) seen.function.driver.clear();
    Orders orders;
    orders.online["2"] = {"2", "root", "then"};
    kernel.jobs.clear();
    start(orders);
    BOOST_REQUIRE(kernel.jobs.size() == 1u);                  // binds the drivers
    BOOST_TEST(!kept.online.empty());
    kernel.jobs.front()(ActionResult{});
    run();
    BOOST_TEST(!kept.online.empty());
    const auto have_driver = [this](const std::string& driver) {
        const auto functions = had->model().observed.functions;
        for (const auto& [address, seen] : functions) {
            PciFunction function = seen.function;
            function.driver = driver;
            had->hear(FunctionSeen{function});
        }
        run();
    };
    have_driver("e1000");
    have_driver("");                          // a child of the daemon before was late
    now += std::chrono::seconds(1);
    had->wake();
    BOOST_REQUIRE(kernel.jobs.size() == 2u);
    have_driver("e1000");
    kernel.jobs.back()(ActionResult{});
    run();
    BOOST_TEST(!kept.online.empty());
    now += std::chrono::seconds(4);
    had->wake();
    BOOST_TEST(kernel.jobs.size() == 2u);
    BOOST_TEST(kept.online.empty());
}

BOOST_AUTO_TEST_CASE(an_order_that_cannot_be_kept_settles_no_contest) {
    world.owned.contested["bond0"] = {.times = 1, .until = now + std::chrono::minutes(1)};
    start({});
    disk_is_full = true;
    const command::Activate order{.bond = "bond0", .port = "2.1"};
    BOOST_CHECK_THROW(had->carry_out(order, "root"), std::system_error);
    BOOST_TEST(had->model().owned.contested.contains("bond0"));
    disk_is_full = false;
    BOOST_TEST(!is_refused(had->carry_out(order, "root")));
    BOOST_TEST(!had->model().owned.contested.contains("bond0"));
}

BOOST_AUTO_TEST_CASE(a_port_by_its_long_name_is_the_port) {
    const CommandAnswer answer = had->carry_out(command::LeaveOut{"2.1/0"}, "root");
    BOOST_REQUIRE(std::holds_alternative<OrderView>(answer));
    BOOST_TEST(std::get<OrderView>(answer).port == "2.1");
    BOOST_TEST((had->view().leave_out_of({"2", 1, 0}) != nullptr));
}

BOOST_AUTO_TEST_CASE(an_order_about_a_port_is_none_about_the_active_port) {
    BOOST_TEST(!is_refused(had->carry_out(command::LeaveOut{"2.1"}, "root")));
    BOOST_TEST((had->view().order_of_bond("bond0") == nullptr));
}

BOOST_AUTO_TEST_CASE(a_link_whose_end_was_never_heard_is_forgotten) {
    LinksDumped dump;
    Ifindex port = 0;
    for (const auto& [index, link] : had->model().observed.links)
        if (link.slave && port == 0) port = index;
        else dump.links.push_back(link);
    BOOST_REQUIRE(had->model().standings.contains(port));
    had->hear(dump);
    run();
    BOOST_TEST(!had->model().standings.contains(port));
}

BOOST_AUTO_TEST_CASE(that_another_machine_has_an_address_which_is_not_the_daemons_is_not_its_concern) {
    had->hear(LinkSeen{nic(77, "docker0")});
    Address taken = address(77, "2001:db8::77/64");
    taken.duplicate = true;
    had->hear(AddressSeen{taken});
    run();
    BOOST_TEST(had->model().owned.contested.empty());
}

// Its cards were let go by the daemon, so nobody else gives them drivers: also when the order was all that was done
// of it.
BOOST_AUTO_TEST_CASE(a_domain_that_was_taken_gets_its_drivers_from_the_next_daemon) {
    world = World("[had]\ndomains = A\n[domain A]\nslots = 2\n[bond bond0]\nmode = active-backup\nmiimon = 100\n"
                  "[config member]\nbond = bond0\n[devices]\n2 = member\n");
    let_serve(world);
    start({});
    BOOST_REQUIRE(!is_refused(had->carry_out(command::Release{.domain = "A", .force = true}, "operator")));
    for (const char* place : {"0000:00:02.0", "0000:00:02.1"}) had->hear(FunctionSeen{function({place}, 0x1010)});
    for (const Ifindex index : {2, 3}) had->hear(LinkGone{index});
    run();
    BOOST_REQUIRE(!is_refused(had->carry_out(command::Take{"A"}, "operator")));
    world.observed = had->model().observed;
    posted.clear();
    kernel.jobs.clear();
    start(kept);                              // as if the one before had been killed at once
    BOOST_REQUIRE(!kernel.jobs.empty());
    BOOST_TEST(!kept.online.empty());
}

BOOST_AUTO_TEST_CASE(that_the_far_end_is_silent_is_told_later_when_it_cannot_be_told_now) {
    world = World("[bond bond0]\nmode = active-backup\nmiimon = 100\nmonitor = gw\n[config member]\nbond = bond0\n"
                  "[monitor gw]\nkind = arp\ntargets = 10.0.1.254\nrise = 1\n[devices]\n2 = member\n");
    let_serve(world);
    start({});
    ask_for(std::chrono::seconds(2), true);
    notices.clear();
    tells_throw = true;
    ask_for(std::chrono::seconds(2), false);
    BOOST_TEST(!tells_throw);
    BOOST_TEST(was_told(NoticeKind::far_end_silent));
    notices.clear();
    tells_throw = true;
    ask_for(std::chrono::seconds(4), true);
    BOOST_TEST(was_told(NoticeKind::far_end_back));
}

// The LAN in use is the second of the old section and the first of the new one.
BOOST_AUTO_TEST_CASE(peers_are_those_of_the_file_also_when_another_part_has_thrown_at_its_reload) {
    const std::string one = "lan = eth1 10.1.0.2\n", other = "lan = eth2 10.2.0.2\n";
    const auto section = [](const std::string& lans) {
        return parse_config("[peer there]\nservice = 10.9.0.2\nkey = file /k 1\n" + lans).config;
    };
    const IpAddress by_other = *ip_address_from("10.2.0.2");
    for (const auto& [index, name] : {std::pair(11, "eth1"), std::pair(12, "eth2")}) {
        Link link = nic(index, name);
        link.up = link.carrier = true;
        had->hear(LinkSeen{link});
    }
    had->hear(RouteSeen{{{*ip_prefix_from("10.9.0.2/32"), 5, main_table}, by_other}, 12});
    had->reload(section(one + other), {}, false);
    BOOST_TEST((had->model().peers.at("there").chosen == 1U));
    kernel.operations.clear();
    runner.watch_throws = true;
    BOOST_CHECK_THROW(had->reload(section(other + one), {}, false), std::system_error);
    had->wake();
    BOOST_TEST((had->model().peers.at("there").chosen == 0U));
    for (const std::string& operation : kernel.operations)
        BOOST_TEST((operation.find("10.1.0.2 metric 5") == std::string::npos), operation);
    BOOST_TEST(!kernel.operations.empty());
}

BOOST_AUTO_TEST_CASE(a_turn_that_concerns_no_peer_sets_no_timer_of_theirs) {
    Config config = world.config;
    config.peers = parse_config("[peer there]\nlan = eth1 10.1.0.2\nkey = file /k 1\n").config.peers;
    BOOST_REQUIRE(config.peers.size() == 1U);
    had->reload(config, {}, false);
    BOOST_TEST(peer_timers > 0U);
    peer_timers = 0;
    disturb();
    disturb();
    BOOST_TEST(peer_timers == 0U);
}

BOOST_AUTO_TEST_CASE(a_question_that_could_not_be_sent_is_no_loss_and_its_socket_is_opened_anew) {
    world = World("[bond bond0]\nmode = active-backup\nmiimon = 100\nmonitor = gw\n[config member]\nbond = bond0\n"
                  "[monitor gw]\nkind = arp\ntargets = 10.0.1.254\nrise = 1\n[devices]\n2 = member\n");
    let_serve(world);
    start({});
    ask_for(std::chrono::seconds(2), true);
    for (const int error : {EMFILE, ENOMEM, ENOTCONN, EPERM, EMSGSIZE}) {
        const unsigned before = prober.listened;
        prober.error = error;
        ask_for(std::chrono::seconds(10), false);
        BOOST_TEST(!was_told(NoticeKind::far_end_silent), error);
        BOOST_TEST(prober.listened >= before + 9, error);
        BOOST_TEST(prober.listened <= before + 11, error);
    }
    prober.error = 0;
    ask_for(std::chrono::seconds(2), true);
    const unsigned before = prober.listened;
    ask_for(std::chrono::seconds(10), true);
    BOOST_TEST(prober.listened == before);
    prober.error = ENOBUFS;
    ask_for(std::chrono::seconds(2), false);
    BOOST_TEST(was_told(NoticeKind::far_end_silent));
}

BOOST_AUTO_TEST_CASE(what_is_listened_to_at_a_port_is_opened_anew_when_its_link_comes) {
    world = World("[bond bond0]\nmode = active-backup\nmiimon = 100\nmonitor = gw\n[config member]\nbond = bond0\n"
                  "[monitor gw]\nkind = arp\ntargets = 10.0.1.254\nrise = 1\n[devices]\n2 = member\n");
    let_serve(world);
    start({});
    ask_for(std::chrono::seconds(2), true);
    Link port = *had->model().observed.link("eth0");
    port.up = port.carrier = false;
    had->hear(LinkSeen{port});
    run();
    ask_for(std::chrono::seconds(2), true);
    const unsigned before = prober.listened;
    port.up = port.carrier = true;
    had->hear(LinkSeen{port});
    run();
    ask_for(std::chrono::seconds(2), true);
    BOOST_TEST(prober.listened == before + 1);
}

BOOST_AUTO_TEST_CASE(cards_are_read_again_a_second_after_that_has_failed) {
    SlotSeen silent{world.observed.slots.begin()->second};
    silent.slot.controller = "pci_hotplug";
    had->hear(silent);
    run();
    kernel.look_throws = true;
    sense.reset();
    now += std::chrono::seconds(5);
    BOOST_CHECK_THROW(had->sense(), std::system_error);
    BOOST_TEST((sense && *sense == now + std::chrono::seconds(1)));
}

BOOST_FIXTURE_TEST_CASE(a_card_that_comes_lets_nobody_read_what_other_interfaces_keep, Rig) {
    world = World("[bond bond0]\nmode = active-backup\nmiimon = 100\nsysctl = net.ipv4.conf.rp_filter 256\n"
                  "[config member]\nbond = bond0\n[devices]\n2 = member\n");
    let_serve(world);
    start({});
    BOOST_TEST(std::exchange(kernel.looked, 0) == 1u);
    had->hear(SlotSeen{slot("5", "0000:00:05")});
    had->hear(FunctionSeen{function({"0000:00:05.0"}, 0x1010, "e1000")});
    had->hear(LinkSeen{nic(7, "eth7")});
    run();
    BOOST_TEST(kernel.looked == 0u);
    now += Tuner::interval;
    had->wake();
    run();
    BOOST_TEST(kernel.looked == 1u);
}

BOOST_FIXTURE_TEST_CASE(what_cannot_be_read_cuts_no_link_and_is_read_again_in_a_second, Rig) {
    kernel.tunables_throw = true;
    const std::string ring = "[bond bond0]\nmode = active-backup\nmiimon = 100\n[config member]\nbond = bond0\n"
                             "rx_ring = 512\n[devices]\n2 = member\n";
    world.config = World(ring).config;
    kernel.operations.clear();
    had->reload(world.config, {}, false);
    run();
    BOOST_TEST(kernel.looked == 2u);          // of either port
    BOOST_TEST(std::count(kernel.operations.begin(), kernel.operations.end(), "set eth0 rx_ring 512") == 0);
    kernel.tunables_throw = false;
    BOOST_REQUIRE(wake);
    BOOST_TEST((*wake - now <= std::chrono::seconds(1)));
    now = *wake;
    had->wake();
    run();
    BOOST_TEST(kernel.looked == 4u);
    // It serves, so that it waits for force.
    BOOST_TEST(std::count(kernel.operations.begin(), kernel.operations.end(), "set eth0 rx_ring 512") == 0);
    BOOST_TEST(had->view().port({"2", 0, 0})->waiting.size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
