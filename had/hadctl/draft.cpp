// `hadctl draft`: had.conf of what runs, or of another tool's files.  It needs no daemon, and changes nothing.
#include "had/draft/draft.hpp"
#include "had/control/client.hpp"
#include "had/core/base/diagnostics.hpp"
#include "had/draft/formats.hpp"
#include "had/draft/running.hpp"
#include "had/hadctl/commands.hpp"
#include "had/hadctl/terminal.hpp"
#include "had/look_once.hpp"
#include "had/sys/file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace had::hadctl {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view usual_table = "/etc/pcidrivers.conf";

[[noreturn]] void fail(Exit exit, std::string text) { throw control::ClientError(exit, std::move(text)); }

// As editors and packages leave them; and what is hidden.
bool is_left_over(const std::string& name) {
    constexpr std::string_view ends[] = {"~", ".bak", ".swp", ".orig", ".rpmsave", ".rpmnew", ".rpmorig", ".dpkg-old",
                                         ".dpkg-new", ".dpkg-dist", ".ucf-dist"};
    return name.starts_with('.') ||
           std::any_of(std::begin(ends), std::end(ends), [&](std::string_view end) { return name.ends_with(end); });
}

// A file, or the files of a directory in the order of their names.  What cannot be read is told, and is no draft.
void add_files(const std::string& path, std::vector<draft::File>& files, std::vector<draft::Remark>& skipped) {
    std::error_code none;
    if (!fs::is_directory(path, none)) {
        files.push_back({shown_name(path), text_of(path)});
        return;
    }
    std::vector<fs::path> found;
    for (const fs::directory_entry& entry : fs::directory_iterator(path)) {
        if (is_left_over(entry.path().filename().string())) continue;
        if (found.size() == draft::most_files)
            fail(Exit::bad_config,
                 fmt::format("{}: more than {} files: name those that are meant", path, draft::most_files));
        found.push_back(entry.path());
    }
    std::sort(found.begin(), found.end());
    for (const fs::path& one : found) {
        if (fs::file_size(one, none) > draft::most_file_bytes && !none)
            skipped.push_back({{one.string(), 0}, "it is too large for a configuration, and is not read"});
        else if (fs::is_regular_file(one, none)) files.push_back({one.string(), text_of(one.string())});
        else skipped.push_back({{one.string(), 0}, "it is no regular file, and is not read"});
    }
}

core::DriverTable table() {
    const auto text = sys::read_file_if_there(usual_table);
    return text ? core::parse_driver_table(*text).table : core::DriverTable{};
}

// Another tool's files are translated, too, where this machine cannot be looked at.
draft::Places places(const core::Observed& observed) { return draft::places_of(observed, table()); }

draft::Places places_if_known() try {
    return places(look_once());
} catch (const std::system_error& e) {
    draft::Places nowhere;
    nowhere.unknown = fmt::format("this machine cannot be looked at ({})", e.what());
    return nowhere;
}

const draft::Format& format_for(const std::string& named, const std::vector<draft::File>& files) {
    std::vector<std::string_view> names;
    for (const draft::Format* one : draft::formats()) names.push_back(one->name);
    if (!named.empty()) {
        if (const draft::Format* format = draft::format_named(named)) return *format;
        const std::string hint = core::did_you_mean(named, names);
        fail(Exit::usage, fmt::format("no format '{}'{}", named,
                                      hint.empty() ? fmt::format(", there are {}", fmt::join(names, ", ")) : hint));
    }
    std::string wrong;
    if (const draft::Format* format = draft::format_of(files, wrong)) return *format;
    fail(Exit::bad_config,
         fmt::format("{}: {} ({})", files.size() == 1 ? files[0].name : "these files", wrong, fmt::join(names, ", ")));
}

void keep(draft::Found& found, const std::vector<std::string>& names) {
    std::string missing;
    if (names.empty() || draft::keep_only(found, names, missing)) return;
    std::vector<std::string_view> all;
    for (const draft::FoundInterface& one : found.interfaces) all.push_back(one.name);
    fail(Exit::no_such_object,
         fmt::format("there is no bond, VLAN or port {}{}", missing, core::did_you_mean(missing, all)));
}

std::string of_files(const Options& options) {
    std::vector<draft::File> files;
    std::vector<draft::Remark> skipped;
    for (const std::string& path : options.from) add_files(path, files, skipped);
    if (files.size() > draft::most_files) fail(Exit::bad_config, fmt::format("more than {} files", draft::most_files));
    if (files.empty()) fail(Exit::bad_config, fmt::format("{}: there is no file in it", options.from.front()));
    const draft::Format& format = format_for(options.format, files);
    draft::Found found = draft::read(format, files);
    found.remarks.insert(found.remarks.begin(), skipped.begin(), skipped.end());
    keep(found, options.objects);
    return draft::print(draft::draft_of(found, places_if_known(),
                                        fmt::format("{}, as {}", fmt::join(options.from, ", "), format.whose)));
}

std::string of_what_runs(const Options& options) {
    core::Observed observed = look_once();
    const core::Tunables usual = look_at_sysctls(observed, draft::drafted_sysctls());
    draft::Routes routes;
    for (const core::IpFamily family : {core::IpFamily::v4, core::IpFamily::v6}) {
        draft::Routes these;
        each_route(family, [&] { these.restart(); }, [&](core::AnyRoute route) { these.tell(std::move(route)); });
        routes.add(std::move(these));
    }
    draft::Found found = draft::running(observed, routes, usual);
    for (const core::AnyRule& rule : rules()) draft::add(found, rule);
    keep(found, options.objects);
    return draft::print(draft::draft_of(found, places(observed), "what runs on this machine"));
}

} // namespace

Exit draft_config(const Options& options) {
    if (options.from.empty() && !options.format.empty()) fail(Exit::usage, "--format is of a file: say --from FILE");
    print(options.from.empty() ? of_what_runs(options) : of_files(options));
    return Exit::ok;
}

} // namespace had::hadctl
