#include "had/hadctl/commands.hpp"

#include "had/control/client.hpp"
#include "had/control/view_json.hpp"
#include "had/core/base/duration.hpp"
#include "had/core/base/limits.hpp"
#include "had/hadctl/card_name.hpp"
#include "had/hadctl/format.hpp"
#include "had/hadctl/panel.hpp"
#include "had/hadctl/terminal.hpp"
#include "had/hadctl/understood.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

namespace had::hadctl {

namespace {

using control::Client;
using control::ClientError;

// Of a file that is not taken: prints all of its mistakes, and throws the sentence that main prints.
[[noreturn]] void tell_mistakes(const control::CallError& error, const Options& options,
                                const std::string& file) {
    if (const auto mistakes = control::reload_from_json(error.error.details)) {
        const std::string name = mistakes->file.empty() ? file : mistakes->file;
        print(options.json ? error.error.details + "\n" : format(mistakes->diagnostics, name));
    }
    throw error;
}

// The daemon plans texts with the driver table in force, and opens no file that they name.  So the files are
// judged here first, as a reload would judge them, with the rights of who asks.
void add_files(const Options& options, control::Args& args, core::Diagnostics& told) {
    const std::string name = shown_name(options.file);
    const sys::ConfigFiles read = files_of(options.file);
    Files files = judged(options.file, read);
    if (!files.usable()) {
        print(options.json ? control::to_json(name, files.diagnostics) + "\n" : format(files.diagnostics, name));
        throw ClientError(Exit::bad_config, name + ": it would not be taken");
    }
    told = std::move(files.diagnostics);
    control::Texts beside;
    for (auto one = read.texts.begin() + 1; one != read.texts.end(); ++one)
        beside.insert(beside.end(), {one->path, one->text});
    args.emplace("text", read.texts.front().text);
    if (!beside.empty()) args.emplace("beside", std::move(beside));
}

// What was said here already is not said again.
void leave_out(core::Diagnostics& list, const core::Diagnostics& told) {
    std::erase_if(
        list, [&](const core::Diagnostic& one) { return std::find(told.begin(), told.end(), one) != told.end(); });
}

} // namespace

Exit exit_of(core::Health health) {
    switch (health) {
    case core::Health::healthy:
    case core::Health::absent:
    case core::Health::offline: return Exit::ok;
    case core::Health::degraded:
    case core::Health::down:
    case core::Health::quarantined:
    case core::Health::contested: return Exit::degraded;
    }
    return Exit::failed;
}

std::optional<core::Health> health_of(const core::View& view, const std::string& object) {
    if (object.empty()) return view.health;
    std::optional<core::Health> health;
    core::for_each_object(view, [&](const core::ObjectId& id, const core::Status& status) {
        if (!health && id.name == object) health = status.health;
    });
    if (health) return health;
    for (const core::SlotView& slot : view.slots)
        for (const core::PortView& port : slot.ports)
            if (port.interface == object) return port.health;
    return std::nullopt;
}

std::optional<control::Position> position_from(const std::string& text) {
    const auto colon = text.rfind(':');
    if (colon == std::string::npos || colon == 0) return std::nullopt;
    control::Position position{text.substr(0, colon), 0};
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data() + colon + 1, end, position.seq);
    if (error != std::errc() || stop != end || position.seq > INT64_MAX) return std::nullopt;
    return position;
}

Exit status(const Options& options) {
    if (options.watch) return watch(options);
    Client client(options.socket);
    const std::string answer = client.call("status");
    const core::View view = understood(control::view_from_json(answer));
    if (options.json) print(answer + "\n");
    else print_picture(options.panel ? panel(view, style()) : picture(view, card_names(), style()));
    return exit_of(view.health);
}

Exit explain(const Options& options) {
    Client client(options.socket);
    const std::string answer = client.call("explain", {{"object", options.object}});
    print(options.json ? answer + "\n"
                       : format(understood(control::explain_from_json(answer)), style().width));
    return Exit::ok;
}

Exit link(const Options& options) {
    Client client(options.socket);
    const std::string answer = client.call("link", {{"interface", options.object}});
    print(options.json ? answer + "\n"
                       : format_link(understood(control::link_from_json(answer)), style().width));
    return Exit::ok;
}

Exit plan(const Options& options) {
    control::Args args;
    const std::string file = options.file.empty() ? "had.conf" : shown_name(options.file);
    core::Diagnostics told;
    if (!options.file.empty()) add_files(options, args, told);
    Client client(options.socket);
    try {
        const std::string answer = client.call("plan", std::move(args));
        control::Plan plan = understood(control::plan_from_json(answer));
        leave_out(plan.diagnostics, told);
        print(options.json ? answer + "\n" : format(told, file) + format(plan, file));
        return plan.waiting.empty() ? Exit::ok : Exit::refused;
    } catch (const control::CallError& error) {
        tell_mistakes(error, options, file);
    }
}

Exit foresee(const Options& options, std::string_view order, control::Args args) {
    args.emplace("order", std::string(order));
    Client client(options.socket);
    const std::string answer = client.call("plan", std::move(args));
    print(options.json ? answer + "\n" : format(understood(control::plan_from_json(answer)), "had.conf"));
    return Exit::ok;
}

Exit reload(const Options& options) {
    Client client(options.socket);
    try {
        const std::string answer = client.call("reload", {{"force", options.force}});
        const control::ReloadAnswer taken = understood(control::reload_from_json(answer));
        print(options.json ? answer + "\n" : format(taken));
        return taken.waiting.empty() ? Exit::ok : Exit::refused;
    } catch (const control::CallError& error) {
        tell_mistakes(error, options, "had.conf");
    }
}

Exit give_order(const Options& options, std::string_view verb, control::Args args) {
    Client client(options.socket);
    const std::string answer = client.call(verb, std::move(args));
    print(options.json ? answer + "\n" : understood(control::order_from_json(answer)).text + "\n");
    return Exit::ok;
}

Exit order_group(const Options& options) {
    const bool of_member = options.order != "release";
    if (of_member == options.member.empty())
        throw ClientError(Exit::usage,
                          of_member ? fmt::format("failover {} {}: which member?", options.group, options.order)
                                    : "release is about the whole group, without a member");
    control::Args args{{"group", options.group}};
    if (of_member) args.emplace("member", options.member);
    return give_order(options, "failover." + options.order, std::move(args));
}

Exit pause(const Options& options) {
    control::Args args;
    if (!options.duration.empty()) {
        const auto duration = core::duration_from(options.duration);
        if (!duration)
            throw ClientError(Exit::usage, options.duration + ": no duration, write 10min or 1h");
        args.emplace("duration_us", std::chrono::duration_cast<std::chrono::microseconds>(*duration).count());
    }
    return give_order(options, "pause", std::move(args));
}

} // namespace had::hadctl
