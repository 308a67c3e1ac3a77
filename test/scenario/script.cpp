#include "test/scenario/script.hpp"

#include "test/scenario/script_services.hpp"
#include "test/scenario/script_someone.hpp"
#include "test/scenario/script_ways.hpp"

#include <algorithm>

namespace had::test {

using namespace core;

namespace {

// --- Verbs ---------------------------------------------------------------------------------------
void do_slot(Stage& s, const Words& w) {
    s.kernel().bus().add_slot(slot_from(w));
}
void do_insert(Stage& s, const Words& w) {
    s.kernel().bus().insert(w[1], card_from(w));
}
void do_pull(Stage& s, const Words& w) {
    s.kernel().bus().pull(w[1]);
}

// handle SLOT: it is opened
void do_handle(Stage& s, const Words& w) {
    s.kernel().bus().open_handle(w[1]);
}

// thread-ends: the kernel's own, that hears handles
void do_thread_ends(Stage& s, const Words&) {
    s.kernel().bus().hotplug_thread = false;
}

// silence SLOT: its card is torn out, or dies in its place
void do_silence(Stage& s, const Words& w) {
    s.kernel().bus().silence(w[1]);
}

void set_cable(Stage& s, const std::string& port, bool plugged) {
    for (const Ifindex nic : interfaces(s, port))
        s.kernel().net().set_cable(nic, plugged);
}
void do_cut(Stage& s, const Words& w) {
    set_cable(s, w[1], false);
}
void do_mend(Stage& s, const Words& w) {
    set_cable(s, w[1], true);
}

// The driver of a late card looks at its link.
void do_look(Stage& s, const Words& w) {
    for (const Ifindex nic : interfaces(s, w[1]))
        s.kernel().net().look(nic);
}

// probe PORT MII|ethtool works | sticks link|none | fails ERRNO TEXT
void do_probe(Stage& s, const Words& w) {
    FakeProbe probe;
    if (w[3] == "sticks")
        probe.stuck = w.at(4) == "link";
    else if (w[3] == "fails") {
        const ActionResult failure = outcome(w.at(4), w.at(5));
        probe.error = failure.error;
        probe.text = failure.text;
    } else if (w[3] != "works")
        wrong(w[3] + "?");
    for (const Ifindex nic : interfaces(s, w[1]))
        s.kernel().net().nature(nic)->probes[probe_named(w[2])] = probe;
}
void do_looks(Stage& s, const Words&) {
    s.show_looks();
}

// cause WORDS: what drivers say of a lost link
void do_cause(Stage& s, const Words& w) {
    s.kernel().set_cause(w[1]);
}
// use GROUP MEMBER, hold GROUP MEMBER, release-group GROUP
void do_use(Stage& s, const Words& w) { s.order(command::Use{.group = w[1], .member = w[2]}); }
void do_hold(Stage& s, const Words& w) { s.order(command::Hold{.group = w[1], .member = w[2]}); }
void do_release_group(Stage& s, const Words& w) { s.order(command::ReleaseGroup{w[1]}); }

// miimon sleeps | wakes: what the kernel's own link monitor does meanwhile
void do_miimon(Stage& s, const Words& w) {
    s.kernel().net().wake_monitor(w[1] == "wakes");
}

// module NAME binds VVVV:DDDD... | completes NAME | fails ERRNO TEXT | hangs | works | idles | ends
// | overruns
void do_module(Stage& s, const Words& w) {
    FakeModule& module = s.kernel().bus().module(w[1]);
    if (w[2] == "binds") {
        for (std::size_t i = 3; i < w.size(); ++i)
            module.binds.push_back(model(w[i]));
    } else if (w[2] == "completes") {
        module.completes = w.at(3);
        s.kernel().bus().module(w[3]).makes_devices = false;
    } else if (w[2] == "fails") {
        module.outcome = outcome(w.at(3), w.at(4));
        if (w[1] == "bonding") s.kernel().net().forbid_bonding(true);
    } else if (w[2] == "works") {
        module.outcome = {};
        if (w[1] == "bonding") s.kernel().net().forbid_bonding(false);
    } else if (w[2] == "hangs")
        module.hangs = true;
    else if (w[2] == "ends")
        s.kernel().release(w[1]);
    else if (w[2] == "overruns")
        s.kernel().overrun(w[1]);
    else if (w[2] == "idles")
        module.idle = true;
    else
        wrong(w[2] + "?");
}

void do_start(Stage& s, const Words& w) {
    s.start(w.size() > 1 ? w[1] : "had.conf");
}
// order BOND PORT | order BOND auto
void do_order(Stage& s, const Words& w) {
    if (w[2] == "auto") s.order(command::Auto{w[1]});
    else s.order(command::Activate{.bond = w[1], .port = w[2]});
}
// offline SLOT [force|wait], online SLOT
void do_offline(Stage& s, const Words& w) {
    const std::string how = w.size() > 2 ? w[2] : "";
    s.order(command::Offline{.slot = w[1], .force = how == "force", .wait = how == "wait"});
}
void do_online(Stage& s, const Words& w) {
    s.order(command::Online{w[1]});
}
// accept SLOT; release DOMAIN [force], take DOMAIN
void do_accept(Stage& s, const Words& w) {
    s.order(command::Accept{w[1]});
}
void do_release(Stage& s, const Words& w) {
    s.order(command::Release{.domain = w[1], .force = w.size() > 2});
}
void do_take(Stage& s, const Words& w) {
    s.order(command::Take{w[1]});
}
// What other programs are told.
void do_others(Stage& s, const Words&) {
    s.show_others();
}
// announced: what neighbours were told since the last time
void do_announced(Stage& s, const Words&) {
    s.show_announcements();
}
// leave-out PORT | take-back PORT, as ifenslave tells it
void do_leave_out(Stage& s, const Words& w) {
    s.order(command::LeaveOut{w[1]});
}
void do_take_back(Stage& s, const Words& w) {
    s.order(command::PutBack{w[1]});
}
// pause DURATION | resume
void do_pause(Stage& s, const Words& w) {
    s.order(command::Pause{duration(w[1])});
}
void do_resume(Stage& s, const Words&) {
    s.order(command::Resume{});
}
// ack ALARM; report TYPE OBJECT [TEXT], as had-recorder and had-notify do it
void do_ack(Stage& s, const Words& w) {
    s.order(command::Ack{w[1]});
}
void do_report(Stage& s, const Words& w) {
    s.order(command::Report{.type = w[1], .object = w[2], .text = w.size() > 3 ? w[3] : ""});
}
void do_kill(Stage& s, const Words&) {
    s.kill();
}
void do_restart(Stage& s, const Words&) {
    s.kill();
    s.start("had.conf");
}
void do_end(Stage& s, const Words&) {
    s.end();
}
void do_reload(Stage& s, const Words& w) {
    s.reload(w[1], w.size() > 2 && w[2] == "force");
}
void do_wait(Stage& s, const Words& w) {
    s.wait(duration(w[1]));
}
void do_status(Stage& s, const Words&) {
    s.write(s.status());
}
void do_explain(Stage& s, const Words& w) {
    s.explain(w[1]);
}
void do_plan(Stage& s, const Words& w) {
    s.show_plan(w[1]);
}

// foresee offline SLOT [force|wait] | foresee order BOND PORT
void do_foresee(Stage& s, const Words& w) {
    const std::string how = w.size() > 3 ? w[3] : "";
    if (w[1] == "offline") s.foresee(command::Offline{.slot = w[2], .force = how == "force", .wait = how == "wait"});
    else s.foresee(command::Activate{.bond = w[2], .port = w.at(3)});
}

// promote on | off: whether the next address of a network stays when the first goes
void do_promote(Stage& s, const Words& w) {
    s.kernel().net().promotes_secondaries = w[1] == "on";
}

// refuse WORDS TIMES ERRNO TEXT
void do_refuse(Stage& s, const Words& w) {
    s.kernel().refuse(w[1], number(w[2]), outcome(w[3], w[4]));
}
// allow WORDS: refused no more
void do_allow(Stage& s, const Words& w) {
    s.kernel().allow(w[1]);
}
// taken ADDRESS, free ADDRESS: another machine has it, or no more; dad ends: the kernel has asked who has what
void do_taken(Stage& s, const Words& w) {
    s.kernel().net().set_taken(ip_address_from(w[1]).value(), w[0] == "taken");
}
void do_dad(Stage& s, const Words&) {
    s.kernel().net().end_dad();
}
void do_lose_events(Stage& s, const Words&) {
    s.lose_events();
}
void do_resync(Stage& s, const Words&) {
    s.resync();
}

void do_udev(Stage& s, const Words& w) {
    if (w[1] == "runs") return s.kernel().bus().run_udev();
    if (w[1] == "settles") return s.kernel().bus().settle(0);
    if (w[1] != "renames") wrong(w[1] + "?");
    const Ifindex index = s.kernel().net().index_of(w.at(2));
    const ActionResult result = s.kernel().net().rename(w[2], w.at(3));
    if (!result.ok()) s.write("  (udev cannot rename it: " + result.text + ")");
    s.kernel().bus().settle(index);
}

// read links jobs uevents: what is read at the end of a step, in that order.
void do_read(Stage& s, const Words& w) {
    const auto source = [&](const std::string& name) {
        return name == "links" ? Source::links : name == "jobs" ? Source::jobs : Source::uevents;
    };
    s.read_in_order({source(w[1]), source(w[2]), source(w[3])});
}

struct Verb {
    std::string_view name;
    std::size_t words; // at least, with itself
    void (*run)(Stage&, const Words&);
};
constexpr Verb verbs[] = {{"slot", 4, do_slot},
                          {"insert", 3, do_insert},
                          {"pull", 2, do_pull},
                          {"handle", 2, do_handle},
                          {"silence", 2, do_silence},
                          {"thread-ends", 1, do_thread_ends},
                          {"cut", 2, do_cut},
                          {"mend", 2, do_mend},
                          {"look", 2, do_look},
                          {"probe", 4, do_probe},
                          {"looks", 1, do_looks},
                          {"far-end", 3, do_far_end},
                          {"way", 3, do_way},
                          {"target", 3, do_target},
                          {"lan", 4, do_lan},
                          {"peer", 3, do_peer},
                          {"stray", 4, do_stray},
                          {"shared", 4, do_shared},
                          {"vrrp", 3, do_vrrp},
                          {"scan", 1, do_scan},
                          {"hosts", 2, do_talk},
                          {"file", 3, do_file},
                          {"exec", 3, do_exec},
                          {"program", 3, do_program},
                          {"lldp", 4, do_lldp},
                          {"cause", 2, do_cause},
                          {"ready", 2, do_ready},
                          {"ends", 3, do_ends},
                          {"asks", 3, do_asks},
                          {"exists", 3, do_exists},
                          {"device", 4, do_device},
                          {"clock", 3, do_clock},
                          {"use", 3, do_use},
                          {"hold", 3, do_hold},
                          {"release-group", 2, do_release_group},
                          {"miimon", 2, do_miimon},
                          {"module", 3, do_module},
                          {"start", 1, do_start},
                          {"order", 3, do_order},
                          {"offline", 2, do_offline},
                          {"online", 2, do_online},
                          {"accept", 2, do_accept},
                          {"release", 2, do_release},
                          {"take", 2, do_take},
                          {"others", 1, do_others},
                          {"announced", 1, do_announced},
                          {"leave-out", 2, do_leave_out},
                          {"take-back", 2, do_take_back},
                          {"pause", 2, do_pause},
                          {"resume", 1, do_resume},
                          {"ack", 2, do_ack},
                          {"report", 3, do_report},
                          {"kill", 1, do_kill},
                          {"kill-and-restart", 1, do_restart},
                          {"end", 1, do_end},
                          {"reload", 2, do_reload},
                          {"wait", 2, do_wait},
                          {"status", 1, do_status},
                          {"explain", 2, do_explain},
                          {"plan", 2, do_plan},
                          {"foresee", 3, do_foresee},
                          {"promote", 2, do_promote},
                          {"refuse", 5, do_refuse},
                          {"allow", 2, do_allow},
                          {"taken", 2, do_taken},
                          {"free", 2, do_taken},
                          {"dad", 2, do_dad},
                          {"lose-events", 1, do_lose_events},
                          {"resync", 1, do_resync},
                          {"udev", 2, do_udev},
                          {"read", 4, do_read},
                          {"someone", 3, do_someone}};

} // namespace

void Script::step(const Words& words) {
    const auto verb = std::find_if(std::begin(verbs), std::end(verbs),
                                   [&](const Verb& v) { return v.name == words[0]; });
    if (verb == std::end(verbs)) wrong("unknown verb " + words[0]);
    if (words.size() < verb->words) wrong(words[0] + " needs more words");
    try {
        verb->run(stage_, words);
        stage_.settle();
    } catch (const Died&) {
        stage_.start_again();
        if (words[0] == "wait") verb->run(stage_, words);
        stage_.settle();
    }
}

void Script::prepare(std::string_view text) {
    for (const std::string& line : lines_of(text))
        if (const Words words = words_of(line); !words.empty()) step(words);
}

void Script::play(std::string_view text) {
    for (const std::string& line : lines_of(text)) {
        const Words words = words_of(line);
        if (words.empty()) continue;
        stage_.write("> " + line);
        step(words);
        ++steps_;
        if (stage_.has_failed()) failed_in_ = steps_;
        if (!stage_.has_failed() && steps_ != rest_after_) continue;
        stage_.rest();
        // What an order starts is a child's, once: who sees that it has failed orders it again.
        if (words[0] == "take" || words[0] == "online") step(words);
        rested_ = stage_.status() + stage_.wanted();
    }
}

} // namespace had::test
