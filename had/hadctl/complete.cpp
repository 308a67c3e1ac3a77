// What a shell completes a command line with: verbs and options from the table, objects from the daemon.
#include "had/hadctl/command_line.hpp"

#include "had/draft/formats.hpp"

#include <algorithm>
#include <utility>

namespace had::hadctl {

namespace {

using Words = std::vector<std::string>;

void add_slots(Words& all, const core::View& view) {
    for (const core::SlotView& slot : view.slots) all.push_back(slot.name);
}

void add_ports(Words& all, const core::View& view, const std::string& bond) {
    for (const core::SlotView& slot : view.slots)
        for (const core::PortView& port : slot.ports) {
            if (!bond.empty() && port.bond != bond) continue;
            all.push_back(core::to_string(port.name));
            if (!port.interface.empty()) all.push_back(port.interface);
        }
}

void add_interfaces(Words& all, const core::View& view) {
    add_ports(all, view, "");
    core::for_each_object(view, [&](const core::ObjectId& id, const core::Status&) {
        if (id.kind != core::ObjectKind::slot) all.push_back(id.name);
    });
}

// What an argument may be, by its name in the table; `before` is the argument in front of it.
Words objects(const std::string& argument, const std::string& before, const core::View& view) {
    Words all;
    if (argument == "SLOT") add_slots(all, view);
    if (argument == "BOND")
        for (const core::BondView& bond : view.bonds) all.push_back(bond.name);
    if (argument == "PORT") add_ports(all, view, before);
    if (argument == "PEER")
        for (const core::PeerView& peer : view.peers) all.push_back(peer.name);
    if (argument == "GROUP")
        for (const core::FailoverView& group : view.failovers) all.push_back(group.name);
    if (argument == "ORDER") all = {"use", "hold", "release"};
    if (argument == "MEMBER")
        for (const core::FailoverView& group : view.failovers)
            all.insert(all.end(), group.members.begin(), group.members.end());
    if (argument == "ALARM")
        for (const core::Alarm& alarm : view.alarms) all.push_back(alarm.id);
    if (argument == "DOMAIN")
        for (const core::SlotView& slot : view.slots) all.push_back(slot.domain);
    if (argument == "INTERFACE" || argument == "OBJECT") add_interfaces(all, view);
    if (argument == "OBJECT") add_slots(all, view);
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    std::erase(all, "");
    return all;
}

// What of the table may still come after the words that are there already.
struct Place {
    CLI::App* at;
    const CLI::Option* value_of = nullptr;    // the last word is this option's
    Words arguments = {};
};

const CLI::Option* option_of(CLI::App* app, const std::string& word) {
    for (; app != nullptr; app = app->get_parent())
        if (const CLI::Option* option = app->get_option_no_throw(word)) return option;
    return nullptr;
}

Place place_of(CLI::App& app, const Words& words) {
    Place place{&app};
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
        const std::string& word = words[i];
        if (std::exchange(place.value_of, nullptr) != nullptr) continue;
        if (word.starts_with('-')) {
            const CLI::Option* option = option_of(place.at, word);
            if (option != nullptr && option->get_items_expected_max() > 0) place.value_of = option;
            continue;
        }
        const auto verbs = place.at->get_subcommands([&](const CLI::App* one) { return one->get_name() == word; });
        if (verbs.empty()) place.arguments.push_back(word);
        else place.at = verbs.front();
    }
    return place;
}

Words values_of(const CLI::Option& option) {
    if (option.get_name() == "--socket" || option.get_name() == "--from") return {"<files>"};
    Words states;
    if (option.get_name() == "--format")
        for (const draft::Format* format : draft::formats()) states.emplace_back(format->name);
    if (option.get_name() == "--until") {
        for (const auto health :
             {core::Health::healthy, core::Health::degraded, core::Health::down, core::Health::absent,
              core::Health::offline, core::Health::quarantined, core::Health::contested})
            states.emplace_back(core::to_string(health));
        states.emplace_back("ready");
    }
    return states;
}

void add_options(Words& all, CLI::App* app) {
    for (const CLI::Option* option : app->get_options())
        for (const std::string& name : option->get_lnames()) all.push_back("--" + name);
}

} // namespace

std::vector<std::string> completions(CLI::App& app, const Words& words, const core::View* view) {
    const Place place = place_of(app, words);
    if (place.value_of != nullptr) return values_of(*place.value_of);
    Words all;
    for (const CLI::App* verb : place.at->get_subcommands([](const CLI::App*) { return true; }))
        all.push_back(verb->get_name());
    add_options(all, place.at);
    const std::size_t given = place.arguments.size();
    std::size_t position = 0;
    for (const CLI::Option* option : place.at->get_options())
        if (option->get_positional() && position++ == given) {
            const std::string name = option->get_name();
            if (name == "FILE") all.emplace_back("<files>");
            const Words more = view ? objects(name, given > 0 ? place.arguments.back() : "", *view) : Words();
            all.insert(all.end(), more.begin(), more.end());
        }
    return all;
}

} // namespace had::hadctl
