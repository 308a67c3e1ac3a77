#include "had/daemon.hpp"

#include "had/host.hpp"
#include "had/quietly.hpp"
#include "had/sys/clock.hpp"
#include "had/sys/file.hpp"
#include "had/sys/journal.hpp"
#include "had/sys/notify.hpp"
#include "had/sys/start_pages.hpp"

#include <csignal>
#include <fmt/format.h>

namespace had {
namespace {

using core::NoticeLevel;

// So many errors may leave a handler; after more the daemon ends, and does not burn the processor.
constexpr std::size_t most_errors = 100;
constexpr core::Duration error_window = std::chrono::minutes(1);
// The wait before everything is read anew, so that a failure of that does not burn the processor either.
constexpr core::Duration recovery_delay = std::chrono::seconds(1);

// Of a host that only asks and answers others, which is often a small one.  Where a bond may have to move at any time
// nothing is unmapped.
constexpr core::Duration start_takes = std::chrono::seconds(10);
bool needs_no_haste(const core::Config& config) {
    return config.bonds.empty() && config.devices.empty() && config.services.empty();
}

} // namespace

Daemon::Daemon(DaemonOptions options, Files files)
    : options_(std::move(options)), files_(options_.file, std::move(files)), store_(options_.kept),
      errors_(most_errors, error_window),
      memory_(loop_, [this] {
          sys::log(NoticeLevel::warning, "memory is short: an allocation needed the reserve; nothing is lost");
          server_.go_on();
      }),
      machine_(loop_, [this](core::Event event) { reconciler_.hear(std::move(event)); },
               machine_options()),
      prober_(loop_, [this](const core::Answer& answer) { reconciler_.hear(answer); },
              [](const std::string& text) { sys::log(NoticeLevel::warning, text); }),
      runner_(loop_, options_.kept.services, [this](const core::ServiceEvent& event) { reconciler_.hear(event); },
              [](const std::string& text) { sys::log(NoticeLevel::warning, text); },
              [this] { return connect_units(); }),
      peers_(loop_, [this](const core::PeerDatagram& datagram) { reconciler_.hear(datagram); }),
      reconciler_(machine_, prober_, runner_, peers_, surroundings(),
                  {machine_id(), base_name(options_.file), std::string(machine_.event_source())}),
      server_(loop_, *this, server_options()), clock_(loop_, [this] { reconciler_.wake(); }) {
    loop_.on_signal(SIGHUP, [this] { log_reload(reload(false)); });
    for (const int number : {SIGTERM, SIGINT}) loop_.on_signal(number, [this] { loop_.stop(); });
}

int Daemon::run() {
    sys::log(NoticeLevel::notice, fmt::format("had {}: {}, events from {}", HAD_VERSION, options_.file,
                                              machine_.event_source()));
    machine_.start();
    Kept kept = read_or_pause(store_);
    reconciler_.take_secrets(files_.files().secrets);
    reconciler_.begin(files_.files().config, files_.files().table, std::move(kept.owned), std::move(kept.orders),
                      std::move(kept.models));
    readiness_.feed_watchdog();
    if (needs_no_haste(files_.files().config)) trim_ = loop_.after(start_takes, sys::drop_start_pages);
    serve();
    sys::notify("STOPPING=1");
    reconciler_.end();
    sys::log(NoticeLevel::notice, "had ends; the network stays as it is");
    server_.close();
    return exit_code_;
}

// An error that leaves a handler is logged.  Nobody knows what was lost by it, so everything is read anew.
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

namespace {

std::string write_fault(const std::string& path, bool failed) try {
    sys::replace_file(path, failed ? "1\n" : "0\n");
    return {};
} catch (const std::exception& e) {
    return e.what();
}

} // namespace

Surroundings Daemon::surroundings() {
    Surroundings s;
    s.now = sys::steady_now;
    s.wall = sys::wall_seconds;
    s.date = sys::wall_now;
    s.post = [this](std::function<void()> handler) { loop_.post(std::move(handler)); };
    s.wake_at = [this](std::optional<core::TimePoint> at) { wake_at(at); };
    s.sense_at = [this](std::optional<core::TimePoint> at) { sense_at(at); };
    s.probe_at = [this](std::optional<core::TimePoint> at) { probe_at(at); };
    s.ask_peers_at = [this](std::optional<core::TimePoint> at) { ask_peers_at(at); };
    s.write_fault = write_fault;
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
    return s;
}

std::unique_ptr<sys::UnitManager> Daemon::connect_units() {
    std::string trouble;
    auto manager = sys::connect_systemd(loop_, sys::systemd_socket, trouble);
    if (!trouble.empty())
        sys::log(NoticeLevel::warning, fmt::format("systemd cannot be reached: {}; services {}", trouble,
                                                   manager ? "wait for it" : "are children of the daemon"));
    return manager;
}

control::ServerOptions Daemon::server_options() const {
    control::ServerOptions o;
    o.path = options_.socket;
    o.group = files_.files().config.had.socket_group;
    o.instance = new_instance();
    o.version = HAD_VERSION;
    o.now = [] {
        return control::Stamp{.time = sys::wall_now(), .boot = sys::boot_id(), .uptime_us = sys::uptime().count()};
    };
    o.clock = sys::steady_now;
    o.log = [](std::string_view text) { sys::log(NoticeLevel::warning, text); };
    return o;
}

sys::MachineOptions Daemon::machine_options() {
    sys::MachineOptions o;
    o.event_source = files_.files().config.had.event_source;
    o.wake = [this] { reconciler_.fail_over(); };
    o.read_modes = files_.files().config.sets_modes();
    return o;
}

void Daemon::log_notice(const core::Notice& notice) {
    const auto text = log_quota_.text_of(notice, sys::steady_now());
    if (!text) return;
    const control::Position at = server_.next();
    sys::log(notice.level, *text, core::journal_fields(notice, at.instance, at.seq));
}

void Daemon::wake_at(std::optional<core::TimePoint> at) {
    timer_ = at ? loop_.after(*at - sys::steady_now(), [this] { reconciler_.wake(); }) : sys::Timer();
    if (readiness_.check()) return;
    exit_code_ = 1;
    loop_.stop();
}

void Daemon::sense_at(std::optional<core::TimePoint> at) {
    sense_timer_ = at ? loop_.after(*at - sys::steady_now(), [this] { reconciler_.sense(); }) : sys::Timer();
}

void Daemon::probe_at(std::optional<core::TimePoint> at) {
    probe_timer_ = at ? loop_.after(*at - sys::steady_now(), [this] { reconciler_.probe(); }) : sys::Timer();
}

void Daemon::ask_peers_at(std::optional<core::TimePoint> at) {
    peer_timer_ = at ? loop_.after(*at - sys::steady_now(), [this] { reconciler_.ask_peers(); }) : sys::Timer();
}

std::optional<core::LinkReport> Daemon::link(std::string_view object, bool ask_card) {
    auto report = reconciler_.link(object);
    if (report && ask_card) report->card = machine_.inspect(report->index);
    return report;
}

std::vector<std::string> Daemon::take(const Files& files, bool force) {
    reconciler_.take_secrets(files.secrets);
    reconciler_.reload(files.config, files.table, force);
    return reconciler_.model().plan_now().waiting();
}

control::ReloadAnswer Daemon::reload(bool force) {
    readiness_.begin_reload();
    control::ReloadAnswer answer =
        files_.reload({.read_modes = [this](bool set) { machine_.read_modes(set); },
                       .set_group = [this](const std::string& group) { server_.set_group(group); },
                       .take = [this](const Files& files, bool by_force) { return take(files, by_force); }},
                      force);
    if (!answer.taken) reconciler_.refuse_file();
    readiness_.end_reload();
    return answer;
}

} // namespace had
