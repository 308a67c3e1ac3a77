// had.conf edited again and again under traffic: what `hadctl plan` tells is what a reload does,
// and what the kernel can do under way costs nobody a packet.
#include "had/core/config/card_word.hpp"
#include "had/core/config/keys.hpp"
#include "test/boost_test.hpp"
#include "test/stories/edits.hpp"
#include "test/stories/had_story.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <span>
#include <sstream>

using namespace had::test;
using nlohmann::json;

namespace {

constexpr int rate = 200, packets_under_way = 40;

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);)
        lines.push_back(line);
    return lines;
}

// "[bond bond0]" and "miimon = 100" for each line with a key.
std::set<std::pair<std::string, std::string>> settings_of(const std::string& conf) {
    std::set<std::pair<std::string, std::string>> settings;
    std::string section;
    for (const std::string& line : lines_of(conf)) {
        if (line.starts_with('['))
            section = line;
        else
            settings.emplace(section, line);
    }
    return settings;
}

std::string edited(std::string conf, const Edit& edit) {
    for (const Change& change : edit.changes)
        conf = with(conf, change.from, change.to);
    return conf;
}

std::string text_of(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines)
        text += "\n    " + line;
    return text;
}

struct Edited : HadStory {
    Edited() : HadStory(ports_only()) {
        chassis.insert(2, {"virtio", 2});
        chassis.insert(12, {"virtio", 2});
        chassis.insert(16, {"e1000", 1});
        // As systemd sets it.  Without it the kernel takes an address of the same network away
        // together with the one that was there first, and had adds it again.
        guest.expect("echo 1 >/proc/sys/net/ipv4/conf/all/promote_secondaries");
        guest.expect("cp /etc/pcidrivers.conf /run/table; mkdir -p /etc/had; umask 077; "
                     "echo 00112233445566778899aabbccddeeff >/etc/had/peer.key");
        start(first_conf);
        wait("bond0", "healthy", 30s);
        wait("16", "healthy", 30s);
        made();
    }
    // What had did since the last look; but for the kernel's order of the ports (prio), which
    // follows whatever the bond has then.
    std::vector<std::string> made() {
        const std::string all = guest.expect(
            "sed -nE '/ prio [0-9]+ /d; "
            "s/^<6>((enslave|release|add|remove|replace|set|create|delete|load|unload) .*) "
            "\\(.*/\\1/p' "
            "/run/had.log");
        std::vector<std::string> fresh = lines_of(all);
        fresh.erase(fresh.begin(), fresh.begin() + static_cast<long>(std::min(seen, fresh.size())));
        seen += fresh.size();
        return fresh;
    }
    static std::vector<std::string> planned(const Result& plan) {
        std::vector<std::string> operations;
        const json answer = json::parse(plan.out);
        for (const json& action : answer.at("actions"))
            if (const std::string text = action.at("do"); text.find(" prio ") == std::string::npos)
                operations.push_back(text);
        return operations;
    }
    std::size_t seen = 0;
};

} // namespace

BOOST_AUTO_TEST_SUITE(edit_stories, *boost::unit_test::label("beside"))

BOOST_FIXTURE_TEST_CASE(what_is_planned_is_made_edit_by_edit_and_costs_no_packet, Edited) {
    Traffic traffic(guest, rate);
    std::string conf = first_conf;
    // The first eight change what a site changes most, and in soak there is time for all.
    for (const Edit& edit : std::span(edits).first(in_soak() ? std::size(edits) : 8)) {
        BOOST_TEST_MESSAGE("  " << edit.what);
        BOOST_TEST_CONTEXT(edit.what) {
            conf = edited(conf, edit);
            guest.write_file("/etc/had.conf", conf);
            const Result plan = hadctl("plan --json /etc/had.conf");
            BOOST_TEST(plan.rc == (edit.cost == Cost::waits ? 5 : 0), plan.out << plan.err);
            traffic.reset();
            const Result answer = hadctl("reload");
            BOOST_TEST(answer.rc == plan.rc, answer.out << answer.err);
            guest.wait_until("hadctl plan --json | grep '\"actions\":\\[\\]'");
            const auto wanted = planned(plan), done = made();
            BOOST_TEST((done == wanted),
                       "planned:" << text_of(wanted) << "\n  made:" << text_of(done));
            const TrafficReport report = traffic.report();
            BOOST_TEST(report.lost <= (edit.cost == Cost::moves ? packets_under_way : 0), report);
            if (edit.cost != Cost::waits) continue;
            const Result forced = hadctl("reload --force");
            BOOST_TEST(forced.rc == 0, forced.out << forced.err);
            guest.wait_until("hadctl plan | grep 'nothing to do'");
            // The far end speaks no LACP: one port serves then, and had calls that degraded.
            wait("bond0", conf.find("802.3ad") == conf.npos ? "healthy" : "degraded", 30s);
            made();
            traffic.wait_flowing();
        }
    }
    traffic.stop();
}

BOOST_AUTO_TEST_CASE(the_edits_have_every_key) {
    std::set<std::string> missing;
    for (const auto& section : had::core::config_sections())
        for (const std::string_view key : section.keys)
            missing.insert(std::string(section.kind) + " " + std::string(key));
    for (const std::string& key : keys_of_newer_kernels)
        BOOST_TEST(missing.erase(key) == 1, key);
    // What the ends of virtual cables refuse, and so is planned and not made.
    for (const had::core::CardWord& word : had::core::card_words())
        BOOST_TEST(missing.erase("config " + std::string(word.name)) == 1, word.name);
    std::string conf = first_conf;
    for (const Edit& edit : edits) {
        const auto before = settings_of(conf);
        conf = edited(conf, edit);
        for (const auto& setting : settings_of(conf)) {
            const auto& [section, line] = setting;
            if (before.contains(setting)) continue;
            missing.erase(section.substr(1, section.find_first_of(" ]") - 1) + " " +
                          line.substr(0, line.find(" =")));
        }
    }
    BOOST_TEST(missing.empty(), text_of({missing.begin(), missing.end()}));
}

BOOST_AUTO_TEST_SUITE_END()
