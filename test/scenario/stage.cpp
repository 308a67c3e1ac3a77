#include "test/scenario/stage.hpp"

#include "had/run/foresight.hpp"
#include "test/boost_test.hpp"
#include "test/scenario/scenarios.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <sstream>

namespace had::test {

using namespace core;

namespace {

constexpr int most_rounds = 200; // of hearing and doing, before a scenario is called endless

std::string words_of(const Diagnostics& diagnostics, const std::string& file) {
    std::string words;
    for (const Diagnostic& d : diagnostics)
        if (d.severity == Severity::error) words += to_string(d, file) + "\n";
    return words;
}

} // namespace

Stage::Stage(std::filesystem::path directory, Order order)
    : directory_(std::move(directory)), order_(order) {
    kernel_.before = [this](const Operation& operation) {
        // Whoever dies in the middle of an operation must know afterwards that it was his.
        Owned saved = parse_owned(owned_);
        if (note(saved, operation, had_->model().observed))
            broken("not saved before it was made: " + to_string(operation));
    };
    kernel_.sent_ready = [this](const Operation& operation) { check_ready(operation); };
    kernel_.announced = [this](const Announcement& a) {
        announced_[fmt::format("{} at {} on {}", to_string(a.address), to_string(a.mac), a.link.name)] += 1;
    };
    kernel_.called = [this](std::string_view name) { count_call(name); };
    kernel_.asked = [this](Ifindex port, Probe probe) { count_look(port, probe); };
    kernel_.after = [this](const Operation& o, const ActionResult& r) { record(o, r); };
}

Stage::Files Stage::read(const std::string& file) const {
    ParsedConfig config = parse_config(text_of(directory_ / file));
    BOOST_REQUIRE_MESSAGE(!has_errors(config.diagnostics), words_of(config.diagnostics, file));
    std::filesystem::path table = directory_ / "pcidrivers.conf";
    if (!exists(table)) table = directory_.parent_path() / "pcidrivers.conf";
    ParsedDriverTable drivers = parse_driver_table(text_of(table));
    BOOST_REQUIRE_MESSAGE(!has_errors(drivers.diagnostics), words_of(drivers.diagnostics, table));
    return {std::move(config.config), std::move(drivers.table)};
}

Surroundings Stage::surroundings() {
    Surroundings s;
    s.now = [this] { return loop_.now(); };
    s.wall = [this] { return loop_.wall(); };
    s.post = [this](std::function<void()> handler) { loop_.post(std::move(handler)); };
    s.wake_at = [this](std::optional<TimePoint> at) {
        turn_at_ = loop_.now();
        loop_.wake_at(at);
    };
    s.sense_at = [this](std::optional<TimePoint> at) { loop_.sense_at(at); };
    s.probe_at = [this](std::optional<TimePoint> at) { loop_.probe_at(at); };
    s.ask_peers_at = [this](std::optional<TimePoint> at) { loop_.ask_peers_at(at); };
    s.write_fault = [this](const std::string& path, bool failed) {
        const bool there = prober_.has_room(path);
        write(fmt::format("  fault   {} {}{}", path, failed ? 1 : 0, there ? "" : ", which cannot be written"));
        if (there) prober_.write(path, failed);
        return std::string(there ? "" : path + ": No such file or directory");
    };
    s.publish = [this](const Notice& n) {
        write(fmt::format("  {:7} {}: {}", to_string(n.level), to_string(n.kind), n.text));
        check_catalog(n);
    };
    s.log = [this](NoticeLevel level, const std::string& text) {
        // What had does is on its line already; what it has learnt of a card, or of strangers, is not.
        const bool found = text.find("its link can be read") != std::string::npos;
        const bool lost = text.find("its link is not read") != std::string::npos;
        const bool strays = text.find("answer no question") != std::string::npos;
        if (found || strays || (lost && level == NoticeLevel::warning))
            write(fmt::format("  {:7} {}", to_string(level), text));
    };
    s.save = [this](const Owned& owned) { owned_ = print(owned); };
    s.keep = [this](const Orders& orders) {
        orders_ = print(orders);
        pass_a_moment();
    };
    s.remember = [this](const Models& models) { models_ = print(models); };
    s.changed = [] {};
    s.date = [] { return "2002-05-01T12:00:00Z"; };
    return s;
}

void Stage::record(const Operation& operation, const ActionResult& result) {
    if (result.ok())
        write("  do      " + to_string(operation));
    else
        write(fmt::format("  refused {}: {}", to_string(operation), result.text));
    ++operations_;
    pass_a_moment();
}

void Stage::pass_a_moment() {
    if (++moments_ == die_after_) throw Died{};
}

void Stage::start(const std::string& file) {
    file_ = file;
    Files files = read(file);
    had_ = std::make_unique<Reconciler>(kernel_, prober_, runner_, peers_, surroundings(),
                                        Identity{"0123456789abcdef", "had.conf", "kernel"});
    const EventSink sink = [this](Event event) { hear(std::move(event)); };
    runner_.heard = [this](const ServiceEvent& event) { had_->hear(event); };
    runner_.told = [this](const std::string& what) {
        write("  " + what);
        check_groups();
    };
    prober_.heard = [this](const Answer& answer) { had_->hear(answer); };
    peers_.heard = [this](const PeerDatagram& datagram) { had_->hear(datagram); };
    take_peers(files.config);
    kernel_.listen(sink);
    kernel_.dump_to(sink);
    had_->begin(std::move(files.config), std::move(files.table), parse_owned(owned_),
                parse_orders(orders_).orders, parse_models(models_));
}

void Stage::take_peers(const Config& config) {
    had_->take_secrets(FarPeers::secrets_of(config));
    peers_.take(config);
}

void Stage::kill() {
    kernel_.hang_up();
    loop_.forget();
    runner_.forget();
    recovery_.reset();
    had_.reset();
}

void Stage::end() {
    had_->end();
    kill();
}

void Stage::start_again() {
    write("  (dies, and is started again)");
    kill();
    start(file_);
}

void Stage::reload(const std::string& file, bool force) {
    if (!file.empty()) file_ = file;
    Files files = read(file_);
    take_peers(files.config);
    had_->reload(std::move(files.config), std::move(files.table), force);
}

void Stage::wait(Duration time) {
    const TimePoint until = loop_.now() + time;
    int wakes = 0;
    while (true) {
        const auto due = loop_.advance(recovery_ ? std::min(until, *recovery_) : until);
        if (due == FakeLoop::Due::nothing && !recover()) return;
        wakes += due == FakeLoop::Due::wake ? 1 : 0;
        if (wakes == most_rounds) broken("it wakes without end");
        if (due == FakeLoop::Due::wake) had_->wake();
        if (due == FakeLoop::Due::sense) guarded([this] { return had_->sense(), true; });
        if (due == FakeLoop::Due::probe) guarded([this] { return had_->probe(), true; });
        if (due == FakeLoop::Due::peers) guarded([this] { return had_->ask_peers(), true; });
        run_out();
    }
}

void Stage::run_out() {
    for (int rounds = 0; rounds < most_rounds; ++rounds) {
        bool any = guarded([this] { return loop_.run_posted(); });
        check_whole();
        for (const Source source : order_) {
            const bool heard = had_ || source == Source::jobs;
            any = (heard && guarded([&] { return kernel_.deliver(source); })) || any;
            if (had_) guarded([this] { return had_->fail_over(), true; });   // as the loop does behind each batch
        }
        if (!any) return;
    }
    broken("this never comes to rest");
}

void Stage::leave_containers() {
    FakeNet& net = kernel_.net();
    net.remove_nic(net.index_of(fmt::format("veth{}", containers_ - 1)));
}

void Stage::pass_a_container() {
    if (containers_ == 0) return;
    leave_containers();
    FakeNet& net = kernel_.net();
    const std::string name = fmt::format("veth{}", containers_++);
    net.add_link("veth", name, 0);
    net.apply(SetLink{.link = {net.index_of(name), name}, .up = true});
}

void Stage::settle() {
    pass_a_container();
    run_out();
    if (had_ && !losing_ && !failed_) check_laws();
}

void Stage::lose_events() {
    losing_ = true;
    kernel_.lose_events();
}

void Stage::resync() {
    losing_ = false;
    kernel_.resync();
}

void Stage::order(const Command& command) {
    const CommandAnswer answer = had_->carry_out(command, "operator");
    if (const auto* refusal = std::get_if<Refusal>(&answer))
        write(fmt::format("  ({}: {})", refusal->no_such_object ? "no such object" : "refused", refusal->text));
}

void Stage::show_others() {
    std::istringstream rules(kernel_.told().rules);
    for (std::string line; std::getline(rules, line);)
        if (line.find("ENV{HAD_OBJECT}=\"") != std::string::npos) write("  " + line);
    std::string ours;
    for (const Link& link : kernel_.net().dump().links)
        if (kernel_.told().ours.contains(link.index)) ours += " " + link.name;
    write("  must have it:" + ours);
}

// Who answers on the LANs of peers.
void Stage::scan() {
    const std::string trouble = had_->scan_peers();
    if (!trouble.empty()) return write("  (" + trouble + ")");
    settle();
    for (const PeerFound& one : had_->found_peers())
        write(fmt::format("  {} ({}): {}, peer {}, {}", one.lan, one.interface, one.address,
                          one.peer.empty() ? "-" : one.peer, one.knows ? "knows this host" : "a stranger"));
}

void Stage::explain(const std::string& object) {
    for (const ExplainStep& step : had_->explain(object))
        write(fmt::format("  {} ({})", step.what, step.why));
}

void Stage::show_plan(const std::string& file) {
    const Files files = read(file);
    const Plan plan = had_->model().plan_for(files.config, files.table, kernel_);
    for (const Action& action : plan.actions)
        write(fmt::format("  {} ({})", to_string(action.operation), action.reason));
    for (const std::string& text : plan.waiting()) write("  waiting: " + text);
}

void Stage::foresee(const Command& command) {
    const auto foreseen = had::foresee(had_->model(), command);
    if (const auto* refusal = std::get_if<Refusal>(&foreseen)) return write("  refused: " + refusal->text);
    const Plan& plan = std::get<Plan>(foreseen);
    for (const Action& action : plan.actions)
        write(fmt::format("  would {} ({})", to_string(action.operation), action.reason));
    if (plan.actions.empty()) write("  would do nothing");
}

} // namespace had::test
