#include "had/recorder/recorder.hpp"

#include "had/control/view_json.hpp"
#include "had/core/base/utc.hpp"
#include "had/files.hpp"
#include "had/record/counting.hpp"
#include "had/recorder/files.hpp"
#include "had/sys/clock.hpp"
#include "had/sys/file.hpp"
#include "had/sys/log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <utility>

namespace had::recorder {

using namespace std::chrono_literals;
using core::NoticeLevel;
using record::Moment;
using record::Trouble;

namespace {

constexpr core::Duration batch_delay = 1s, heartbeat = 5min, figures_least = 1s, figures_most = 30s;
constexpr core::Duration first_retry = 10s, longest_retry = 5min;
// What waits in memory for a disk that has no room: some 8 MiB.  Then the oldest is given up, and counted.
constexpr std::size_t most_waiting = 16384;

constexpr std::string_view history_failing = "history-failing", metrics_failing = "metrics-failing",
                           time_stepped = "time-stepped";
constexpr std::int64_t least_step = 1'000'000;        // microseconds

const record::CounterKey lost_events{"had_events_lost", ""}, failed_writes{"had_history_errors", ""};

bool is_urgent(const control::Event& event) { return event.level == "warning" || event.level == "error"; }

} // namespace

Recorder::Recorder(sys::Loop& loop, Options options)
    : loop_(loop), options_(std::move(options)), retry_(first_retry), boot_time_(now().time - now().uptime),
      clock_(loop_, [this] { clock_was_set(); }) {
    read_config();
    open();
    std::optional<control::Position> from;
    if (!mark_.instance.empty()) from = control::Position{mark_.instance, mark_.seq};
    daemon_.emplace(loop_, options_.socket, from, true,
                    control::Subscription::Handlers{
                        [this](control::Client& client, const control::Position& last) { connected(client, last); },
                        [this](control::Client& client, const control::Event& event) { heard(client, event); },
                        [this](const std::string& why) { disconnected(why); }});
    heartbeat_ = loop_.after(heartbeat, [this] { beat(); });
    step_is_old_ = loop_.after(24h, [this] { tell(time_stepped, ""); });      // of a recorder before
    figures_within(0s);
}

Moment Recorder::now() const {
    return {std::chrono::duration_cast<core::Duration>(std::chrono::system_clock::now().time_since_epoch()).count(),
            sys::boot_id(), sys::uptime().count()};
}

// A file with mistakes is not in force: the daemon says so, and what was read before stays.
void Recorder::read_config() {
    try {
        const Files files = read_files(options_.config);
        if (files.usable()) settings_ = files.config.had;
    } catch (const std::exception& e) {
        sys::log(NoticeLevel::warning, fmt::format("{}; the usual settings count", e.what()));
    }
}

void Recorder::open() try {
    if (settings_.history_size == 0) return;
    database_.emplace(options_.database, record::Database::For::writing);
    make_readable(options_.database);
    if (mark_.instance.empty()) {             // the first time; later the present is known better here
        mark_ = database_->mark();
        mark_.connected = false;
        carriers_ = database_->carriers();
        ledger_ = record::Ledger(record::Spans(database_->open_spans()));
    } else end_what_is_open();
    trim();
    commit_within(core::Duration(0));         // what has waited for it; that tells whether it is well
} catch (const Trouble& e) {
    close_for(e);
}

// What is to be written waits.  A history that is damaged is kept under another name, where it can have one.
void Recorder::close_for(const Trouble& why) {
    database_.reset();
    if (why.kind == Trouble::Kind::missing) return;
    batch_.counters[failed_writes] += 1;
    const std::string text = fmt::format("{}: {}", options_.database, why.what());
    const bool damaged = why.kind == Trouble::Kind::damaged;
    if (const auto aside = damaged ? rename_aside(options_.database) : std::nullopt) {
        sys::log(NoticeLevel::error, text);
        set_aside_ = fmt::format("the history was damaged: it is kept as {0}, and a new one has begun; restart "
                                 "had-recorder when you have saved of {0} what you want (sqlite3, .recover)", *aside);
        return open();
    }
    tell(history_failing, damaged ? text + "; it cannot be renamed" : text);
    // Of a newer version nothing is tried again: another program has to read it.
    if (why.kind != Trouble::Kind::newer) reopen_ = loop_.after(retry_, [this] { open(); });
    retry_ = std::min(2 * retry_, longest_retry);
}

// A history that could not be written for a while: its spans end where it ends, and what follows is unknown up to what
// is known here.
void Recorder::end_what_is_open() {
    const Moment until = database_->mark().known;
    std::vector<record::Span> before;
    for (const auto& [object, span] : database_->open_spans()) {
        record::Span ended = span;
        ended.length = record::between(span.begin, until);
        const record::Span* here = ledger_.spans().open(object);
        for (const record::Span& waiting : batch_.ended)
            if (waiting.object == object && (!here || waiting.begin.time < here->begin.time)) here = &waiting;
        if (here && here->begin == span.begin) continue;      // the same one, which goes on
        record::Span gap{.kind = span.kind, .object = object, .begin = until};
        if (here) gap.length = record::between(until, here->begin);
        gap.guessed = here && until.boot != here->begin.boot;
        before.push_back(std::move(ended));
        if (gap.length > 0) before.push_back(std::move(gap));
    }
    batch_.ended.insert(batch_.ended.begin(), before.begin(), before.end());
}

void Recorder::connected(control::Client& client, const control::Position& last) {
    version_ = client.hello().had;
    stale_ = !mark_.instance.empty() && mark_.instance != last.instance;
    catching_up_to_ = last.seq;
    if (mark_.instance != last.instance) {
        if (!stale_) mark_.seq = last.seq;    // the first daemon of all: its past is not ours
        mark_.instance = last.instance;
    }
    mark_.connected = true;
    if (stale_) miss();
    if (stale_) mark_.seq = 0;
    tell_all();
    if (mark_.seq >= catching_up_to_) look(client);
}

// Nobody listened since the last event; where the kernel has counted no change, there was none.
void Recorder::miss() {
    std::set<std::string> bridged;
    for (const auto& [object, carrier] : read_carriers())
        if (const auto old = carriers_.find(object); old != carriers_.end() && old->second == carrier)
            bridged.insert(object);
    ledger_.miss(mark_.known, now(), bridged);
}

void Recorder::heard(control::Client& client, const control::Event& event) {
    if (event.event == "lost") {
        if (event.to)
            batch_.counters[lost_events] += static_cast<double>(*event.to - event.from.value_or(*event.to) + 1);
        if (!std::exchange(stale_, false)) miss();
        return;
    }
    if (event.event == "changed") {
        if (mark_.seq >= catching_up_to_) look(client);
        return;
    }
    take(event);
    if (event.seq == catching_up_to_) look(client);
    commit_within(is_urgent(event) ? core::Duration(0) : batch_delay);
}

void Recorder::take(const control::Event& event) {
    auto told = record::told_by(event.json);
    if (!told || !event.seq) return;
    told->orderly = ledger_.is_ordered_out(told->slot);
    ledger_.hear(*told);
    mark_.instance = event.instance;
    mark_.seq = *event.seq;
    mark_.known = told->at;
    if (event.event == "reloaded") reloaded();
    if (settings_.history_size == 0) return;
    batch_.events.push_back({event.instance, *event.seq, event.level, *std::move(told), event.json});
    if (batch_.events.size() <= most_waiting) return;
    batch_.events.erase(batch_.events.begin());
    batch_.counters[lost_events] += 1;
}

void Recorder::reloaded() {
    read_config();
    figures_within(figures_least);
    if (settings_.history_size == 0) {
        mark_.connected = false;              // from here on nobody knows
        commit();
        mark_.connected = true;
        database_.reset();
        reopen_ = {};
        tell(history_failing, "");
    } else if (!database_) open();
}

// Events that came before the answer are older than what it shows: they are taken first.
void Recorder::look(control::Client& client) {
    const std::string answer = client.call("status");
    const Moment at = now();
    while (const auto event = client.take_event())
        if (event->event != "changed") take(*event);
    view_ = control::view_from_json(answer);
    if (!view_)
        throw control::ClientError(control::Exit::failed, "the daemon shows what this program does not understand");
    ledger_.see(*view_, at);
    mark_.known = at;
    carriers_ = read_carriers();
    commit_within(batch_delay);
    figures_within(figures_least);
}

void Recorder::disconnected(const std::string& why) {
    sys::log(NoticeLevel::notice, why + "; waiting for it");
    view_.reset();
    if (!mark_.connected) return;
    mark_.known = now();
    mark_.connected = false;
    commit_within(0s);
    figures_within(0s);
}

record::Carriers Recorder::read_carriers() const {
    record::Carriers carriers;
    if (view_) {
        for (const auto& [object, interface] : record::interfaces_of(*view_))
            if (const auto carrier = read_carrier(options_.sys, interface)) carriers[object] = *carrier;
    } else {
        for (const auto& [object, old] : carriers_)
            if (const auto carrier = read_carrier(options_.sys, old.index)) carriers[object] = *carrier;
    }
    return carriers;
}

void Recorder::commit_within(core::Duration time) {
    if (!commit_.pending() || time == core::Duration(0)) commit_ = loop_.after(time, [this] { commit(); });
}

void Recorder::gather() {
    for (record::Span& span : ledger_.spans().take_ended()) batch_.ended.push_back(std::move(span));
    if (batch_.ended.size() > most_waiting)
        batch_.ended.erase(batch_.ended.begin(), batch_.ended.end() - static_cast<std::ptrdiff_t>(most_waiting));
}

void Recorder::commit() {
    gather();
    if (!database_) return;
    try {
        database_->write(batch_, ledger_.spans(), carriers_, mark_);
        batch_ = {};
        retry_ = first_retry;
        tell(history_failing, set_aside_);
    } catch (const Trouble& e) {
        close_for(e);
    }
}

void Recorder::trim() {
    const auto oldest = now().time - settings_.history_age.count();
    database_->trim(settings_.history_size, oldest);
}

// A daemon that hangs says nothing: it is asked.
void Recorder::beat() {
    heartbeat_ = loop_.after(heartbeat, [this] { beat(); });
    boot_time_ = now().time - now().uptime;   // a clock that is slewed moves it as well, slowly
    look_now();
    try {
        if (database_) trim();
    } catch (const Trouble& e) {
        close_for(e);
    }
}

void Recorder::look_now() {
    try {
        if (control::Client* client = daemon_->client()) look(*client);
    } catch (const control::ClientError& e) {
        daemon_->lose(e.what());
    }
}

// A warning for a day.  What is open begins anew by the look, each part with its true time of day.
void Recorder::clock_was_set() {
    const Moment at = now();
    const std::int64_t before = std::exchange(boot_time_, at.time - at.uptime), moved = boot_time_ - before;
    if (moved > -least_step && moved < least_step) return;
    tell(time_stepped, fmt::format("the clock was set {} by {} s at {}", moved > 0 ? "forward" : "back",
                                   std::abs(moved) / 1'000'000, core::utc_micros_text(at.time)));
    step_is_old_ = loop_.after(24h, [this] { tell(time_stepped, ""); });
    look_now();
}

// What is due earlier stays: else changes that follow one another would put it off for ever.
void Recorder::figures_within(core::Duration time) {
    const core::TimePoint at = sys::steady_now() + time;
    if (settings_.metrics_file.empty() || (figures_.pending() && figures_due_ <= at)) return;
    figures_due_ = at;
    figures_ = loop_.after(time, [this] { write_figures(); });
}

// A counter never falls: not while what it counts waits to be written, nor when the history cannot be read.
record::Counters Recorder::counters() {
    gather();
    try {
        if (database_) written_ = database_->counters();
    } catch (const Trouble& e) {
        close_for(e);
    }
    record::Counters all = written_;
    for (const auto& [key, value] : batch_.counters) all[key] += value;
    for (const record::EventRow& row : batch_.events) count(row.told, all);
    for (const record::Span& span : batch_.ended) count(span, all);
    return all;
}

// While its file cannot be read, what was known of them counts.
std::map<std::string, notify::Progress> Recorder::hooks() {
    try {
        hooks_ = notify::parse_state(sys::read_file_if_there(options_.hooks).value_or("")).hooks;
    } catch (const std::exception& e) {
        sys::log(NoticeLevel::warning, e.what());
    }
    return hooks_;
}

void Recorder::write_figures() {
    figures_within(figures_most);
    try {
        record::Figures figures{.view = view_ ? &*view_ : nullptr, .version = version_};
        figures.counters = counters();
        figures.open = ledger_.spans().all_open();
        figures.hooks = hooks();
        figures.now = mark_.connected ? now() : mark_.known;
        sys::replace_file(settings_.metrics_file, record::textfile(record::samples_of(figures)));
        tell(metrics_failing, "");
    } catch (const std::exception& e) {
        tell(metrics_failing, e.what());
    }
}

// Once when it comes, changes or goes, and again to each daemon; that it is well, too, since an earlier recorder may
// have told of a trouble.
void Recorder::tell(std::string_view type, const std::string& text) {
    const auto at = troubles_.find(type);
    if (at != troubles_.end() && at->second == text) return;
    const std::string before = at == troubles_.end() ? "" : at->second;
    troubles_[std::string(type)] = text;
    if (!text.empty()) sys::log(NoticeLevel::warning, text);
    else if (!before.empty()) sys::log(NoticeLevel::notice, "over: " + before);
    control::Client* client = daemon_ ? daemon_->client() : nullptr;
    if (!client) return;
    try {
        client->call("alarm.report", {{"type", std::string(type)}, {"object", "recorder"}, {"text", text}});
    } catch (const control::CallError& e) {
        sys::log(NoticeLevel::warning, e.what());
    } catch (const control::ClientError& e) {
        loop_.post([this, why = std::string(e.what())] { daemon_->lose(why); });
    }
    loop_.post([this] { daemon_->pump(); });
}

void Recorder::tell_all() {
    const auto troubles = std::exchange(troubles_, {});
    for (const auto& [type, text] : troubles) tell(type, text);
}

void Recorder::finish() {
    if (mark_.connected) mark_.known = now();
    mark_.connected = false;
    if (!database_) open();                   // it may have room again
    commit();
}

} // namespace had::recorder
