// `notify`: the programs of notify_dir, how they fare, and a try.
#include "had/control/client.hpp"
#include "had/control/json_text.hpp"
#include "had/files.hpp"
#include "had/hadctl/commands.hpp"
#include "had/hadctl/terminal.hpp"
#include "had/notify/hook.hpp"
#include "had/notify/process.hpp"
#include "had/notify/state.hpp"
#include "had/sys/clock.hpp"
#include "had/sys/file.hpp"
#include "had/sys/loop.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace had::hadctl {

namespace {

using control::ClientError;
using notify::Hook;
using notify::Progress;

core::Settings settings_of(const Options& options) {
    const std::string file = options.file.empty() ? "/etc/had.conf" : options.file;
    const Files files = judged(file, files_of(file));
    if (!files.usable()) throw ClientError(Exit::bad_config, file + " has mistakes; `hadctl check` shows them");
    return files.config.had;
}

notify::State state_now() {
    return notify::parse_state(sys::read_file_if_there(notify::state_path()).value_or(""));
}

std::string format(const Hook& hook, const Progress& p) {
    const std::string when = hook.event.empty() ? "every event of level notice and up" : hook.event;
    std::string out = fmt::format("{}\n    told of {}\n", hook.name, when);
    if (!hook.refused.empty()) return out + fmt::format("    not run: {}\n", hook.refused);
    if (p.time.empty()) return out + "    has not run yet\n";
    out += fmt::format("    last run {}: {}\n", p.time, p.code == 0 ? "well" : fmt::format("ended with {}", p.code));
    return out + fmt::format("    runs: {} well, {} failed; events that wait: {}\n", p.well, p.failed, p.queued);
}

control::JsonText json_of(const Hook& hook, const Progress& p) {
    return control::JsonText{{"hook", hook.name}, {"event", hook.event}, {"refused", hook.refused},
                             {"last", p.time},    {"code", p.code},      {"well", p.well},
                             {"failed", p.failed}, {"queued", p.queued}};
}

// As had-notify would run it, and the answer is its own.
int tried(const Hook& hook, const std::string& event, core::Duration limit) {
    if (!hook.refused.empty())
        throw ClientError(Exit::refused, fmt::format("{} is not run: {}", hook.name, hook.refused));
    sys::Loop loop;
    notify::RunEnd end;
    const notify::Process process(loop, hook, notify::test_message(event, sys::wall_now()), core::Duration(0), limit,
                                  [&](notify::RunEnd how) {
                                      end = std::move(how);
                                      loop.stop();
                                  });
    loop.run();
    print(end.output);
    if (!end.well()) print_error(fmt::format("hadctl: {}: {}", hook.name, end.words()));
    return end.well() ? 0 : end.trouble.empty() && !end.timed_out ? end.code : 1;
}

} // namespace

Exit hooks(const Options& options) {
    const std::vector<Hook> found = notify::find_hooks(notify::directory_of(settings_of(options)));
    const notify::State state = state_now();
    const auto progress = [&](const Hook& hook) {
        const auto at = state.hooks.find(hook.name);
        return at == state.hooks.end() ? Progress{} : at->second;
    };
    std::string text = found.empty() ? "no programs are run at events\n" : "";
    for (const Hook& hook : found) text += format(hook, progress(hook));
    const auto json = control::JsonText{
        {"hooks", control::texts(found, [&](const Hook& hook) { return json_of(hook, progress(hook)); })}};
    print(options.json ? json.text() + "\n" : text);
    return Exit::ok;
}

Exit try_hooks(const Options& options) {
    const core::Settings settings = settings_of(options);
    const std::string event = options.event.empty() ? "failover" : options.event;
    int code = 0;
    bool any = false;
    for (const Hook& hook : notify::find_hooks(notify::directory_of(settings))) {
        if (!options.object.empty() ? hook.name != options.object : !hook.wants(event, "notice")) continue;
        any = true;
        code = std::max(code, tried(hook, event, settings.notify_timeout));
    }
    if (!any) throw ClientError(Exit::no_such_object, options.object.empty() ? "no program wants this event"
                                                                             : options.object + ": no such program");
    return static_cast<Exit>(code);
}

} // namespace had::hadctl
