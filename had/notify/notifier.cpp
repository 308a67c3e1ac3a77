#include "had/notify/notifier.hpp"

#include "had/control/view_json.hpp"
#include "had/core/view/alarm.hpp"
#include "had/files.hpp"
#include "had/sys/clock.hpp"
#include "had/sys/file.hpp"
#include "had/sys/log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <set>
#include <utility>

namespace had::notify {

using core::NoticeLevel;

namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_running = 8;
constexpr core::Duration keep_delay = 1s, again_delay = 1s;
constexpr std::string_view alarm_type = "hook-failing";

std::string too_slow(const std::string& name) {
    return fmt::format("{} does not keep up: {} events wait, and some were left out", name, Queue::most);
}

bool is_of_a_hook(const std::string& alarm) { return alarm.ends_with(core::alarm_id("", alarm_type)); }

} // namespace

Notifier::Notifier(sys::Loop& loop, Options options) : loop_(loop), options_(std::move(options)) {
    read_config();
    try {
        const auto text = sys::read_file_if_there(options_.state);
        kept_ = parse_state(text.value_or(""));
        if (text && !kept_.damage.empty())
            sys::log(NoticeLevel::warning, fmt::format("{} is damaged, {}; events may be told a second time, or from "
                                                       "now on", options_.state, kept_.damage));
    } catch (const std::exception& e) {
        sys::log(NoticeLevel::warning, fmt::format("{}; events are told from now on", e.what()));
    }
    std::optional<control::Position> from;
    if (!kept_.instance.empty()) from = control::Position{kept_.instance, kept_.seq};
    heard_ = from.value_or(control::Position{});
    look_for_hooks();
    daemon_.emplace(loop_, options_.socket, from, false,
                    control::Subscription::Handlers{
                        [this](control::Client& client, const control::Position& last) {
                            if (heard_.instance.empty()) heard_ = last;
                            connected(client);
                        },
                        [this](control::Client&, const control::Event& event) { heard(event); },
                        [](const std::string& why) { sys::log(NoticeLevel::notice, why + "; waiting for it"); }});
}

void Notifier::read_config() {
    try {
        const Files files = read_files(options_.config);
        if (files.usable()) settings_ = files.config.had;
        else sys::log(NoticeLevel::warning, fmt::format("{} has mistakes, which `hadctl check` shows; what counted "
                                                        "before still counts", options_.config));
    } catch (const std::exception& e) {
        sys::log(NoticeLevel::warning, fmt::format("{}; what counted before still counts", e.what()));
    }
}

// At each event: who puts a program there need tell nobody.
void Notifier::look_for_hooks() {
    std::vector<Hook> found;
    try {
        found = find_hooks(directory_of(settings_));
        tell(directory_trouble_, "notify_dir", "");
    } catch (const std::system_error& e) {
        return tell(directory_trouble_, "notify_dir", fmt::format("{}; those known so far are run", e.what()));
    }
    for (auto at = runners_.begin(); at != runners_.end();) {
        auto& [name, runner] = *at;
        const auto is_it = [&n = name](const Hook& hook) { return hook.name == n; };
        if (runner.process || std::any_of(found.begin(), found.end(), is_it)) ++at;
        else at = forget(at);
    }
    for (const Hook& hook : found) {
        const auto [at, fresh] = runners_.try_emplace(hook.name);
        Runner& runner = at->second;
        if (fresh) {
            const auto before = kept_.hooks.find(hook.name);
            if (before != kept_.hooks.end()) runner.progress = before->second;
        }
        const bool was_refused = !runner.hook.refused.empty();
        runner.hook = hook;
        if (!hook.refused.empty()) tell(runner, fmt::format("{} is not run: {}", hook.name, hook.refused));
        else if (was_refused) tell(runner, "");
    }
}

Notifier::Runners::iterator Notifier::forget(Runners::iterator gone) {
    auto& [name, runner] = *gone;
    tell(runner, "");
    if (!runner.queue.empty())
        sys::log(NoticeLevel::warning,
                 fmt::format("{} is gone, and was not told of {} events that waited", name, runner.queue.size()));
    return runners_.erase(gone);
}

void Notifier::heard(const control::Event& event) {
    const auto message = message_of(event);
    if (!message) return;
    if (event.seq) heard_ = {event.instance, *event.seq};
    if (event.event == "reloaded") read_config();
    look_for_hooks();
    if (!hold_back(*message)) spread(*message);
    run_next();
    keep_soon();
}

// True: it waits, or was told of nothing at all.
bool Notifier::hold_back(const Message& message) {
    if (settings_.notify_after == core::Duration(0) || message.alarm.empty()) return false;
    if (message.event == "alarm_raised") {
        held_[message.alarm] = {message, std::nullopt,
                                loop_.after(settings_.notify_after, [this, id = message.alarm] { tell_late(id); })};
        return true;
    }
    const auto at = held_.find(message.alarm);
    if (at == held_.end()) return false;
    if (message.event == "alarm_cleared") held_.erase(at);
    else at->second.changed = message;
    return true;
}

void Notifier::tell_late(const std::string& alarm) {
    const auto held = held_.extract(std::string(alarm));
    spread(held.mapped().message, true);
    if (held.mapped().changed) spread(*held.mapped().changed, true);
    run_next();
    keep_soon();
}

// `late`: the hooks may have done later ones by now, and have yet to be told of this one.
void Notifier::spread(const Message& message, bool late) {
    for (auto& [name, runner] : runners_) {
        const Progress& done = runner.progress;
        const bool told = !late && message.seq > 0 && done.instance == message.instance && done.seq >= message.seq;
        const bool of_itself = message.alarm == core::alarm_id(runner.hook.word(), alarm_type);
        if (told || of_itself || !runner.hook.refused.empty() || !runner.hook.wants(message.event, message.level))
            continue;
        if (runner.queue.add(message, sys::steady_now())) continue;
        runner.lags = true;
        tell(runner, too_slow(name));
    }
}

// Who has waited longest comes first, so that eight slow ones leave room for the rest.
void Notifier::run_next() {
    while (running_ < most_running) {
        Runner* next = nullptr;
        for (auto& [name, runner] : runners_) {
            if (runner.process || runner.queue.empty() || !runner.hook.refused.empty()) continue;
            if (!next || runner.queue.since() < next->queue.since()) next = &runner;
        }
        if (!next) return;
        run(*next);
    }
}

void Notifier::run(Runner& runner) {
    ++running_;
    runner.running = runner.queue.next();
    const core::Duration waited = sys::steady_now() - runner.running->since;
    const auto done = [this, name = runner.hook.name](const RunEnd& end) { ended(name, end); };
    runner.process = std::make_unique<Process>(loop_, runner.hook, runner.running->message, waited,
                                               settings_.notify_timeout, done);
}

void Notifier::ended(const std::string& name, const RunEnd& end) {
    Runner& runner = runners_.at(name);
    --running_;
    // Not here: this is a handler of that process.
    loop_.post([gone = std::shared_ptr<Process>(std::move(runner.process))] {});
    Queue::Waiting run = std::move(*std::exchange(runner.running, std::nullopt));
    if (end.try_again) {
        tell(runner, fmt::format("{}: {}; it is tried again", name, end.words()));
        runner.queue.put_back(std::move(run));
        again_ = loop_.after(again_delay, [this] { run_next(); });
        return;
    }
    const Message& message = run.message;
    if (message.seq > 0) {
        const bool same = runner.progress.instance == message.instance;
        runner.progress.seq = same ? std::max(runner.progress.seq, message.seq) : message.seq;
        runner.progress.instance = message.instance;
    }
    runner.progress.time = sys::wall_now();
    runner.progress.code = end.trouble.empty() ? end.code : 127;
    ++(end.well() ? runner.progress.well : runner.progress.failed);
    std::string_view output = end.output;
    while (!output.empty()) {
        const auto length = std::min(output.find('\n'), output.size());
        if (length > 0) sys::log(NoticeLevel::notice, fmt::format("{}: {}", name, output.substr(0, length)));
        output.remove_prefix(std::min(length + 1, output.size()));
    }
    if (end.left_behind) sys::log(NoticeLevel::warning, fmt::format("{}: {}", name, end.words()));
    if (runner.queue.size() <= Queue::most / 2) runner.lags = false;
    const std::string trouble = !end.well()   ? fmt::format("{}, told of {}: {}", name, message.event, end.words())
                                : runner.lags ? too_slow(name)
                                              : "";
    if (!is_of_a_hook(message.alarm)) tell(runner, trouble);
    else if (!end.well()) sys::log(NoticeLevel::warning, trouble);
    look_for_hooks();
    run_next();
    keep_soon();
}

// Once when it comes or changes, and when it is over.
void Notifier::tell(std::string& before, const std::string& object, const std::string& trouble) {
    if (before == trouble) return;
    sys::log(trouble.empty() ? NoticeLevel::notice : NoticeLevel::warning,
             trouble.empty() ? "over: " + before : trouble);
    before = trouble;
    report(object, trouble);
}

void Notifier::tell(Runner& runner, const std::string& trouble) {
    tell(runner.trouble, runner.hook.word(), trouble);
}

void Notifier::report(const std::string& object, const std::string& text) {
    control::Client* client = daemon_ ? daemon_->client() : nullptr;
    if (!client) return;
    try {
        client->call("alarm.report", {{"type", std::string(alarm_type)}, {"object", object}, {"text", text}});
    } catch (const control::CallError& e) {
        sys::log(NoticeLevel::warning, e.what());
    } catch (const control::ClientError& e) {
        loop_.post([this, why = std::string(e.what())] { daemon_->lose(why); });
    }
    loop_.post([this] { daemon_->pump(); });
}

// What an earlier had-notify has reported, and this one knows nothing of, ends: unless that hook is there and its last
// run has failed.
void Notifier::connected(control::Client& client) {
    std::set<std::string> unknown;
    const auto alarms = control::alarms_from_json(client.call("alarms"));
    for (const core::Alarm& alarm : alarms.value_or(std::vector<core::Alarm>{}))
        if (alarm.type == alarm_type) unknown.insert(alarm.object);
    for (auto& [name, runner] : runners_) {
        if (runner.trouble.empty() && runner.progress.code != 0 && unknown.contains(runner.hook.word()))
            runner.trouble = fmt::format("{}: it ended with {}", name, runner.progress.code);
        if (runner.trouble.empty()) continue;
        unknown.erase(runner.hook.word());
        report(runner.hook.word(), runner.trouble);
    }
    for (const std::string& object : unknown) report(object, "");
}

// The last event that nobody has to be told of any more, nor any before it.  Of a daemon that has ended one may wait,
// too: from there on the next daemon tells what is lost.
std::optional<control::Position> Notifier::told_to_all() const {
    if (heard_.instance.empty()) return std::nullopt;
    control::Position all = heard_;
    const auto waits = [&](const Message& message) {
        const bool before = message.instance == all.instance ? message.seq <= all.seq : all.instance == heard_.instance;
        if (message.seq > 0 && before) all = {message.instance, message.seq - 1};
    };
    for (const auto& [name, runner] : runners_) {
        if (runner.running) waits(runner.running->message);
        if (const Message* next = runner.queue.first()) waits(*next);
    }
    for (const auto& [alarm, held] : held_) waits(held.message);
    return all;
}

void Notifier::keep_soon() {
    if (!keep_.pending()) keep_ = loop_.after(keep_delay, [this] { keep(); });
}

void Notifier::keep() try {
    const auto position = told_to_all();
    if (!position) return;
    State state{.instance = position->instance, .seq = position->seq};
    for (auto& [name, runner] : runners_) {
        runner.progress.queued = runner.queue.size() + (runner.running ? 1 : 0);
        if (runner.progress != Progress{}) state.hooks[name] = runner.progress;
    }
    if (state == kept_) return;
    sys::write_file(options_.state, print(state));
    kept_ = std::move(state);
} catch (const std::exception& e) {
    sys::log(NoticeLevel::warning, fmt::format("{}; after a restart events may be told a second time", e.what()));
}

void Notifier::finish() { keep(); }

} // namespace had::notify
