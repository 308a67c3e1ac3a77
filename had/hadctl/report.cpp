// `hadctl report`: what is known of the chassis in one file, for who cannot look at it.  It is written even when the
// daemon is dead, the recorder never ran, or a file may not be read: then it says so.
#include "had/control/client.hpp"
#include "had/control/json.hpp"
#include "had/control/json_text.hpp"
#include "had/control/subscription.hpp"
#include "had/control/view_json.hpp"
#include "had/core/base/utc.hpp"
#include "had/hadctl/card_name.hpp"
#include "had/hadctl/panel.hpp"
#include "had/hadctl/recorded.hpp"
#include "had/hadctl/report_page.hpp"
#include "had/hadctl/scrub.hpp"
#include "had/hadctl/site_names.hpp"
#include "had/hadctl/terminal.hpp"
#include "had/sys/clock.hpp"
#include "had/sys/file.hpp"
#include "had/sys/log_lines.hpp"

#include <sys/utsname.h>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iterator>
#include <map>
#include <set>
#include <system_error>

namespace had::hadctl {

namespace {

namespace fs = std::filesystem;
using control::Client;
using control::ClientError;
using control::JsonText;

constexpr std::size_t cells = 600, most_explained = 64;
// Events: of the last alarms, so many before and behind; and so many in all.
constexpr std::size_t most_alarms = 5, before_alarm = 20, behind_alarm = 10, most_events = 300;

struct Known {
    std::vector<std::string> notes;           // what is not here, and why
    std::string daemon;                       // its version
    std::string config;
    std::vector<std::string> beside;          // the paths of its files behind the first
    std::string status = "null", timeline = "null", availability = "null", why;
    std::vector<JsonText> explained;
    std::vector<std::string> events;          // JSON, the oldest first
    std::vector<std::string> log;
    core::View view;
};

fs::path modules_directory() {
    if (const char* named = std::getenv("HAD_MODULES"); named != nullptr && *named != '\0') return named;
    std::error_code error;
    return modules_beside(fs::read_symlink("/proc/self/exe", error).parent_path());
}

std::string module_text(const fs::path& directory, const std::string& name) {
    try {
        return sys::read_file(directory / name);
    } catch (const std::system_error& e) {
        throw ClientError(Exit::failed,
                          fmt::format("{}; `make install` and the package bring it, and HAD_MODULES names another "
                                      "directory",
                                      e.what()));
    }
}

void explain_what_is_ill(Client& client, Known& known) {
    core::for_each_object(known.view, [&](const core::ObjectId& id, const core::Status& status) {
        const bool well = status.health == core::Health::healthy || status.health == core::Health::absent;
        const bool service = id.kind == core::ObjectKind::bond || id.kind == core::ObjectKind::vlan;
        if (known.explained.size() == most_explained || (well && !service)) return;
        try {
            known.explained.push_back(JsonText{
                {"object", id.name}, {"answer", JsonText::written(client.call("explain", {{"object", id.name}}))}});
        } catch (const control::CallError&) { // it went meanwhile
        }
    });
}

// What the daemon still has in memory: the history may be behind, or have ended long ago.  What it has besides is
// older.
void remember_events(Client& client, Known& known) {
    const control::Position end = control::subscribe(client, control::Position{client.hello().instance, 0}, false);
    std::vector<std::string> remembered;
    for (std::uint64_t seen = 0; seen < end.seq;) {
        while (const auto event = client.take_event()) {
            if (event->seq) remembered.push_back(event->json);
            seen = std::max(seen, event->seq.value_or(event->to.value_or(seen)));
        }
        if (seen < end.seq && client.wait_event(std::chrono::seconds(2)) != Client::Waited::event) break;
    }
    const std::set<std::string_view> twice(remembered.begin(), remembered.end());
    std::erase_if(known.events, [&](const std::string& event) { return twice.contains(event); });
    std::move(remembered.begin(), remembered.end(), std::back_inserter(known.events));
}

void ask_daemon(const Options& options, Known& known) {
    try {
        Client client(options.socket);
        known.daemon = client.hello().had;
        known.status = client.call("status");
        if (const auto view = control::view_from_json(known.status)) known.view = *view;
        else known.notes.emplace_back("The daemon answers what this hadctl does not understand.");
        // The picture may make more of it.
        if (!control::parse(known.status).is_object()) known.status = "null";
        explain_what_is_ill(client, known);
        remember_events(client, known);
    } catch (const ClientError& e) {
        known.notes.push_back(fmt::format("Of the daemon: {}", e.what()));
    }
}

void read_history(const record::Period& period, Known& known) {
    try {
        const record::Database database = recorded();
        const auto all = measured(database, "", period, 0);
        known.timeline = timeline_json(rows_of(database, all, period, cells), period);
        known.availability = availability_json(all, period, 0);
        database.for_each_event({.object = "", .event = "", .since = period.from},
                                [&](std::string_view json) { known.events.emplace_back(json); });
    } catch (const std::runtime_error& e) {   // Trouble, ClientError
        known.why = e.what();
    }
}

bool is_alarm(std::string_view event) { return event.starts_with(R"({"event":"alarm_raised")"); }

// Those around the last alarms, and the last ones of all.
std::vector<JsonText> chosen(const std::vector<std::string>& events) {
    const std::size_t count = events.size();
    std::vector<bool> wanted(count);
    const auto want = [&](std::size_t from, std::size_t to) {
        for (std::size_t i = from; i < std::min(to, count); ++i) wanted[i] = true;
    };
    std::size_t alarms = 0;
    for (std::size_t i = count; i-- > 0 && alarms < most_alarms;) {
        if (!is_alarm(events[i])) continue;
        ++alarms;
        want(i - std::min(i, before_alarm), i + behind_alarm + 1);
    }
    want(count - std::min(count, most_events), count);
    std::vector<JsonText> all;
    for (std::size_t i = 0; i < count; ++i)
        if (wanted[i]) all.push_back(JsonText::written(events[i]));
    return all;
}

// As chosen().
void read_log(Known& known) try {
    std::vector<std::int64_t> moments;
    for (auto event = known.events.rbegin(); event != known.events.rend() && moments.size() < most_alarms; ++event) {
        if (!is_alarm(*event)) continue;
        const control::Json json = control::parse(*event);
        const auto time = core::utc_micros_from(json.is_object() ? json.value("time", "") : "");
        if (time) moments.push_back(*time);
    }
    sys::LogLines found = sys::log_lines(std::move(moments));
    known.log = std::move(found.lines);
    if (!found.why.empty()) known.notes.push_back("Of the log: " + found.why + ".");
} catch (const std::system_error& e) {
    known.notes.push_back(fmt::format("Of the log: {}", e.what()));
}

// Names of models, by their numbers.
JsonText names_of_cards(const core::View& view) {
    std::map<std::string, std::string> names;
    const CardNames name = card_names();
    for (const core::SlotView& slot : view.slots)
        if (slot.card) names.try_emplace(core::to_pci_id(slot.card->vendor, slot.card->device), name(*slot.card));
    std::vector<control::JsonMember> members;
    for (const auto& [id, words] : names) members.push_back({id, words});
    return members;
}

JsonText config_of(const Options& options, Known& known) {
    const std::string file = options.file.empty() ? "/etc/had.conf" : options.file;
    try {
        const sys::ConfigFiles read = files_of(file);
        for (std::size_t i = 1; i < read.texts.size(); ++i) known.beside.push_back(read.texts[i].path);
        for (const core::IniText& one : read.texts)
            known.config += (known.config.empty() ? "" : fmt::format("\n; {}\n", one.path)) + one.text;
        for (const core::Diagnostic& one : read.diagnostics)
            known.notes.push_back("Of the configuration: " + core::to_string(one, file));
        return JsonText{{"file", shown_name(file)},
                        {"text", options.scrub ? without_comments(known.config) : known.config}};
    } catch (const std::exception& e) {
        known.notes.push_back(fmt::format("Of the configuration: {}", e.what()));
        return nullptr;
    }
}

JsonText versions_of(const Known& known, const utsname& machine) {
    std::vector<JsonText> all;
    const auto add = [&](std::string_view what, std::string_view is) {
        if (!is.empty()) all.push_back(JsonText{{"what", what}, {"is", is}});
    };
    add("hadctl", HAD_VERSION);
    add("had", known.daemon);
    add("kernel", fmt::format("{} {} {}", machine.sysname, machine.release, machine.machine));
    const std::string bonding = sys::first_line("/sys/module/bonding/version").value_or("");
    add("bonding", bonding);
    try {
        const std::string release = sys::read_file_if_there("/etc/os-release").value_or("");
        const std::string key = "PRETTY_NAME=\"";
        if (const auto at = release.find(key); at != std::string::npos)
            add("system", release.substr(at + key.size(), release.find('"', at + key.size()) - at - key.size()));
    } catch (const std::system_error&) {      // then nobody knows
    }
    return JsonText::array(all);
}

// What others call themselves, and what people have called theirs.
void hide_names(Scrubber& scrubber, const Known& known, const Options& options) {
    scrubber.hide_names_of(without_comments(known.config));
    for (const std::string& path : known.beside) scrubber.hide_path(path);
    for (const std::string& path : {options.file, options.socket, record::database_path()}) scrubber.hide_path(path);
    hide_names_of_status(scrubber, known.status);
    for (const JsonText& event : chosen(known.events)) hide_names_of_event(scrubber, event.text());
    for (const std::string& event : known.events) hide_user_of_event(scrubber, event);
}

} // namespace

Exit report(const Options& options) {
    const fs::path directory = modules_directory();
    std::vector<std::string> modules;
    for (const std::string& name : report_modules()) modules.push_back(module_text(directory, name));

    Known known;
    const record::Period period = period_of(options, now().time);
    read_history(period, known);
    ask_daemon(options, known);
    read_log(known);
    utsname machine{};
    ::uname(&machine);
    const JsonText config = config_of(options, known), versions = versions_of(known, machine);
    const std::string host = machine.nodename, made = core::utc_micros_text(now().time).substr(0, 19) + "Z";

    ReportParts parts;
    parts.title = fmt::format("chassis of {}, {}", host, made);
    parts.text = parts.title + "\n\n" +
                 (known.status == "null" ? "" : panel(known.view, {.colour = false, .width = 80, .unicode = true}));
    for (const std::string& problem : known.view.problems) parts.text += problem + '\n';
    for (const std::string& note : known.notes) parts.text += note + '\n';
    parts.data = JsonText{{"made", made},
                          {"host", host},
                          {"scrubbed", options.scrub},
                          {"status", JsonText::written(known.status)},
                          {"timeline", JsonText::written(known.timeline)},
                          {"availability", JsonText::written(known.availability)},
                          {"why", known.why},
                          {"cards", names_of_cards(known.view)},
                          {"explained", JsonText::array(known.explained)},
                          {"config", config},
                          {"versions", versions},
                          {"events", JsonText::array(chosen(known.events))},
                          {"log", known.log},
                          {"notes", known.notes}}
                     .text();
    if (options.scrub) {
        Scrubber scrubber({host});
        hide_names(scrubber, known, options);
        parts.title = scrubber.scrub(parts.title);
        parts.text = scrubber.scrub_text(parts.text);
        parts.data = scrubber.scrub_json(parts.data);
    }
    parts.style = module_text(directory, "chassis.css");
    parts.script = as_one_script(modules);
    print(report_page(parts));
    return Exit::ok;
}

} // namespace had::hadctl
