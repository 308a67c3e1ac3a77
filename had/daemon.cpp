#include "had/daemon.hpp"

#include "had/sys/clock.hpp"
#include "had/sys/file.hpp"
#include "had/sys/notify.hpp"

#include <csignal>
#include <filesystem>
#include <fmt/format.h>
#include <random>
#include <system_error>

namespace had {
namespace {

using core::NoticeLevel;

// Errors that leave a handler, before the daemon ends rather than burn the processor.
constexpr std::size_t most_errors = 100;
constexpr core::Duration error_window = std::chrono::minutes(1);
// Until all is read anew: should that fail as well, the processor is not burnt.
constexpr core::Duration recovery_delay = std::chrono::seconds(1);
// How long turns may fail before the service manager is left to end it.
constexpr core::Duration failing_most = std::chrono::minutes(1);

// What is told, logged or written down by the way must not fail what it is told of.
template <class F>
void quietly(std::string_view what, F action) {
    try {
        action();
    } catch (const std::exception& e) {
        sys::log(NoticeLevel::error, fmt::format("{}: {}", what, e.what()));
    }
}

// Another each time had starts, so that a subscriber can tell whether its sequence numbers still count.
std::string new_instance() {
    std::random_device random;
    return fmt::format("{:08x}{:08x}", random(), random());
}

std::string machine_id() {
    try {
        std::string id = sys::read_file_if_there("/etc/machine-id").value_or("");
        while (!id.empty() && id.back() == '\n') id.pop_back();
        return id;
    } catch (const std::system_error&) {
        return "";                             // stable still means: the same every time
    }
}

// A file that is emptied and then written looks like this for a moment.
bool says_nothing(const core::Config& config) {
    return config.bonds.empty() && config.configs.empty() && config.vlans.empty() && config.devices.empty();
}

} // namespace

Daemon::Daemon(DaemonOptions options, Files files)
    : options_(std::move(options)), files_(std::move(files)), store_(options_.kept),
      errors_(most_errors, error_window),
      memory_(loop_, [] {
          sys::log(NoticeLevel::warning, "memory is short: an allocation needed the reserve; nothing is lost");
      }),
      machine_(loop_, [this](core::Event event) { reconciler_.hear(std::move(event)); },
               machine_options()),
      reconciler_(machine_, surroundings(),
                  {machine_id(), base_name(options_.file), std::string(machine_.event_source())}),
      server_(loop_, *this, server_options()), clock_(loop_, [this] { reconciler_.wake(); }) {
    loop_.on_signal(SIGHUP, [this] { reload_on_signal(); });
    for (const int number : {SIGTERM, SIGINT}) loop_.on_signal(number, [this] { loop_.stop(); });
}

int Daemon::run() {
    sys::log(NoticeLevel::notice, fmt::format("had {}: {}, events from {}", HAD_VERSION, options_.file,
                                              machine_.event_source()));
    machine_.start();
    Kept kept = read_kept();
    reconciler_.begin(files_.config, files_.table, std::move(kept.owned), std::move(kept.orders),
                      std::move(kept.models));
    feed_watchdog();
    serve();
    sys::notify("STOPPING=1");
    sys::log(NoticeLevel::notice, "had ends; the network stays as it is");
    server_.close();
    return exit_code_;
}

// An error that leaves a handler is told, and all is read anew, for what it cost nobody knows.
void Daemon::serve() {
    while (true) {
        try {
            return loop_.run();
        } catch (const std::exception& e) {
            sys::log(NoticeLevel::error, fmt::format("unexpected: {}; the daemon goes on", e.what()));
            if (!errors_.admit(sys::steady_now())) break;
            recovery_ = loop_.after(recovery_delay, [this] { machine_.resync(); });
        }
    }
    sys::log(NoticeLevel::error, "too many unexpected errors within a minute; the daemon ends, the network "
                                 "stays as it is");
    exit_code_ = 1;
}

Surroundings Daemon::surroundings() {
    Surroundings s;
    s.now = sys::steady_now;
    s.wall = sys::wall_seconds;
    s.post = [this](std::function<void()> handler) { loop_.post(std::move(handler)); };
    s.wake_at = [this](std::optional<core::TimePoint> at) { wake_at(at); };
    s.sense_at = [this](std::optional<core::TimePoint> at) { sense_at(at); };
    s.publish = [this](const core::Notice& notice) {
        quietly("cannot tell of an event", [&] {
            log_notice(notice);
            server_.publish(notice);
        });
    };
    s.log = [](NoticeLevel level, const std::string& text) { sys::log(level, text); };
    s.save = [this](const core::Owned& owned) {
        quietly("the daemon may not know later what it made", [&] { store_.write(owned); });
    };
    s.keep = [this](const core::Orders& orders) { store_.write(orders); };
    s.remember = [this](const core::Models& models) {
        quietly("the daemon may not know later which cards served", [&] { store_.write(models); });
    };
    s.changed = [this] { quietly("cannot tell of a change", [this] { server_.changed(); }); };
    s.date = sys::wall_now;
    return s;
}

control::ServerOptions Daemon::server_options() const {
    control::ServerOptions o;
    o.path = options_.socket;
    o.group = files_.config.had.socket_group;
    o.instance = new_instance();
    o.version = HAD_VERSION;
    o.now = sys::wall_now;
    o.clock = sys::steady_now;
    o.log = [](std::string_view text) { sys::log(NoticeLevel::warning, text); };
    return o;
}

sys::MachineOptions Daemon::machine_options() {
    sys::MachineOptions o;
    o.event_source = files_.config.had.event_source;
    o.wake = [this] { reconciler_.fail_over(); };
    o.read_modes = files_.config.sets_modes();
    return o;
}

// What cannot be read is unknown.  To act all the same might bind a card that is safe to pull, or drive a
// domain that another host has: so the daemon looks and tells until somebody says `hadctl resume`.
Kept Daemon::read_kept() {
    Kept kept = store_.read();
    if (kept.troubles.empty()) return kept;
    for (const Kept::Trouble& trouble : kept.troubles) sys::log(NoticeLevel::error, trouble.what);
    for (const std::string& told : store_.set_aside(kept)) sys::log(NoticeLevel::error, told);
    if (!kept.orders.pause) kept.orders.pause = core::PauseOrder{"the daemon", sys::wall_now(), std::nullopt};
    kept.orders.pause->until.reset();
    quietly("cannot write down what could be read", [&] {
        store_.write(kept.orders);
        store_.write(kept.owned);
        store_.write(kept.models);
    });
    sys::log(NoticeLevel::error, "the daemon starts paused, since it cannot know which orders hold: look at the "
                                 "files, then `hadctl resume`");
    return kept;
}

void Daemon::log_notice(const core::Notice& notice) {
    if (const auto text = log_quota_.text_of(notice, sys::steady_now())) sys::log(notice.level, *text);
}

void Daemon::wake_at(std::optional<core::TimePoint> at) {
    timer_ = at ? loop_.after(*at - sys::steady_now(), [this] { reconciler_.wake(); }) : sys::Timer();
    check_ready();
}

void Daemon::sense_at(std::optional<core::TimePoint> at) {
    sense_timer_ = at ? loop_.after(*at - sys::steady_now(), [this] { reconciler_.sense(); }) : sys::Timer();
}

// READY when the configuration is taken and the bonds exist; cards may come at any time.  Without a
// bonding driver there is nothing to be ready for.
void Daemon::check_ready() {
    if (ready_) return;
    const auto trouble = reconciler_.bonds_trouble();
    if (!trouble) return;
    ready_ = true;
    if (trouble->empty()) {
        sys::notify("READY=1");
        return;
    }
    sys::log(NoticeLevel::error, *trouble);
    exit_code_ = 1;
    loop_.stop();
}

void Daemon::feed_watchdog() {
    const auto interval = sys::watchdog_interval();
    if (!interval) return;
    const auto failing = reconciler_.failing_since();
    if (!failing || sys::steady_now() - *failing < failing_most) sys::notify("WATCHDOG=1");
    watchdog_ = loop_.after(*interval, [this] { feed_watchdog(); });
}

control::PlanAnswer Daemon::plan(std::optional<std::string_view> text) const {
    const Files other = text ? files_of(*text, files_) : files_;
    if (!other.usable()) return {{}, {}, other.diagnostics};
    core::Plan plan = reconciler_.model().plan_for(other.config, other.table);
    std::vector<std::string> waiting = plan.waiting();
    return {std::move(plan.actions), std::move(waiting), other.diagnostics};
}

std::optional<core::LinkReport> Daemon::link(std::string_view object, bool ask_card) {
    auto report = reconciler_.link(object);
    if (report && ask_card) report->card = machine_.inspect(report->index);
    return report;
}

// A service manager holds back what waits for a reload until the next READY; whether the file was taken
// is told to whoever asked for it.
control::ReloadAnswer Daemon::reload(bool force) {
    if (ready_) sys::notify("RELOADING=1");
    control::ReloadAnswer answer = take_files(force);
    if (ready_) sys::notify("READY=1");
    return answer;
}

control::ReloadAnswer Daemon::take_files(bool force) {
    control::ReloadAnswer answer;
    answer.file = options_.file;
    Files files;
    try {
        files = read_files(options_.file);
        if (!force && says_nothing(files.config) && !says_nothing(files_.config))
            files.diagnostics.push_back({core::Severity::error, 0, "",
                                         "nothing would serve any more; unless the file is just being "
                                         "written, `hadctl reload --force` takes it"});
        // What may fail, before anything of it is in force.
        if (files.usable()) machine_.read_modes(files.config.sets_modes());
        if (files.usable()) server_.set_group(files.config.had.socket_group);
    } catch (const std::exception& e) {
        files.diagnostics.push_back({core::Severity::error, 0, "", e.what()});
    }
    answer.diagnostics = files.diagnostics;
    for (const core::Diagnostic& d : files.table_diagnostics)
        if (d.severity == core::Severity::error)
            answer.diagnostics.push_back({d.severity, 0, files.config.had.pcidrivers,
                                          core::to_string(d, base_name(files.config.had.pcidrivers))});
    answer.taken = files.usable();
    if (!answer.taken) return answer;
    files_ = std::move(files);
    reconciler_.reload(files_.config, files_.table, force);
    answer.waiting = reconciler_.model().plan_now().waiting();
    return answer;
}

void Daemon::reload_on_signal() {
    const control::ReloadAnswer answer = reload(false);
    for (const core::Diagnostic& d : answer.diagnostics)
        sys::log(d.severity == core::Severity::error ? NoticeLevel::error : NoticeLevel::warning,
                 core::to_string(d, base_name(options_.file)));
    if (!answer.taken)
        sys::log(NoticeLevel::error, fmt::format("{} is not taken: nothing has changed", options_.file));
    for (const std::string& waiting : answer.waiting) sys::log(NoticeLevel::warning, waiting);
}

core::Plan plan_once(const std::string& file, const Files& files, const DaemonOptions& options) {
    core::Observed observed;
    sys::Loop loop;
    sys::MachineOptions look;
    look.read_modes = files.config.sets_modes();
    sys::Machine machine(loop, [&](core::Event event) { fold(observed, std::move(event)); }, look);
    machine.start();
    const Kept kept = Store(options.kept).read();
    core::Config config = files.config;
    kept.orders.apply_to(config);
    const core::Chassis chassis = core::place(config, observed);
    const core::Attempts none;
    std::map<core::Ifindex, core::Standing> standings;
    for (const auto& [index, link] : observed.links)
        if (link.slave) core::hear_link(standings, link, sys::steady_now());
    const std::string id = machine_id();
    return core::plan({.config = config,
                       .file = file,
                       .table = files.table,
                       .chassis = chassis,
                       .observed = observed,
                       .owned = kept.owned,
                       .orders = kept.orders,
                       .models = kept.models,
                       .attempts = none,
                       .standings = standings,
                       .machine_id = id,
                       .now = sys::steady_now(),
                       .ahead = true});
}

} // namespace had
