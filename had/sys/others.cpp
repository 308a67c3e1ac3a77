#include "had/sys/others.hpp"

#include "had/core/base/number.hpp"
#include "had/sys/file.hpp"
#include "had/sys/program.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <net/if.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <string_view>
#include <system_error>

namespace had::sys {
namespace {

namespace fs = std::filesystem;
using core::ActionResult;
using core::Ifindex;

bool is_there(const fs::path& path) {
    std::error_code error;
    return fs::exists(path, error);
}

// True: the file has changed.
bool put(const fs::path& path, const std::string& text) {
    const auto before = read_file_if_there(path);
    if (before.value_or("") == text) return false;
    if (text.empty()) return fs::remove(path);
    make_parent(path);
    write_file(path, text);
    return true;
}

std::optional<Ifindex> index_of(const fs::path& record) {
    const std::string name = record.filename();
    return name.starts_with('n') ? core::number<Ifindex>(std::string_view(name).substr(1)) : std::nullopt;
}

bool is_marked(const fs::path& record) {
    std::string text;
    try {
        text = '\n' + read_file(record);
    } catch (const std::system_error&) {      // it has just gone
    }
    return text.find(fmt::format("\nE:{}=", core::others_property)) != std::string::npos;
}

// A device that has gone meanwhile needs no look.
void wake(Ifindex index, const fs::path& root) {
    char name[IF_NAMESIZE];
    if (::if_indextoname(static_cast<unsigned>(index), name))
        write_once(root / "sys/class/net" / name / "uevent", "change");
}

ActionResult run(std::initializer_list<const char*> command) {
    const auto ran = run_program(command);
    if (!ran || ran->code == 0) return {};
    return {EIO, fmt::format("`{}` failed{}{}", fmt::join(command, " "), ran->words.empty() ? "" : ": ", ran->words)};
}

// NetworkManager reads udevd's mark of a device only once, so it takes the device back only when it is told to.
// Then it believes that somebody has set the interface up.
ActionResult give_back(const char* name) {
    constexpr int went_meanwhile = 10;
    const auto ran = run_program({"nmcli", "device", "set", name, "managed", "yes"});
    if (ran && ran->code == went_meanwhile) return {};
    if (!ran || ran->code != 0)
        return {EIO, fmt::format("NetworkManager does not take {} back: {}", name, ran ? ran->words : "no nmcli")};
    return run({"ip", "link", "set", name, "up"});
}

ActionResult tell_network_manager(bool new_names, const std::vector<Ifindex>& given_back) {
    if (!new_names && given_back.empty()) return {};
    if (const auto ran = run_program({"nmcli", "general", "status"}); !ran || ran->code != 0)
        return {};                            // it does not run
    ActionResult told;
    if (new_names) told = run({"nmcli", "general", "reload", "conf"});
    for (const Ifindex index : given_back) {
        char name[IF_NAMESIZE];
        if (told.ok() && ::if_indextoname(static_cast<unsigned>(index), name)) told = give_back(name);
    }
    return told;
}

} // namespace

Written write_for_others(const core::ForOthers& what, const fs::path& root) {
    const fs::path run = root / "run";
    Written written;
    if (!is_there(run / "udev/control")) return written;
    written.udev = put(run / "udev/rules.d/70-had.rules", what.rules);
    if (is_there(run / "systemd")) {
        written.udev = put(run / "systemd/network/00-had.link", what.link) || written.udev;
        written.networkd = put(run / "systemd/network/00-had.network", what.network);
    }
    if (is_there(run / "NetworkManager"))
        written.network_manager = put(run / "NetworkManager/conf.d/70-had.conf", what.network_manager);
    return written;
}

std::optional<core::Job> job_for_others(const core::ForOthers& what, const Written& written, const fs::path& root) {
    if (!is_there(root / "run/udev/control")) return std::nullopt;
    core::Job job{"others", "telling other programs what is the daemon's", {"tell-others"}};
    job.arguments.emplace_back(written.udev ? "new-rules" : "-");
    job.arguments.emplace_back(written.networkd ? "new-network" : "-");
    job.arguments.emplace_back(written.network_manager ? "new-names" : "-");
    for (const Ifindex index : what.ours) job.arguments.push_back(std::to_string(index));
    return job;
}

std::vector<Ifindex> wrongly_marked(const std::set<Ifindex>& ours, const fs::path& root) {
    std::vector<Ifindex> wrong;
    std::error_code error;
    for (const auto& record : fs::directory_iterator(root / "run/udev/data", error)) {
        const auto index = index_of(record.path());
        if (index && is_marked(record.path()) != ours.contains(*index)) wrong.push_back(*index);
    }
    std::sort(wrong.begin(), wrong.end());
    return wrong;
}

ActionResult have_others_look(std::span<const char* const> arguments, const fs::path& root) {
    constexpr std::size_t news = 3;
    if (arguments.size() < news) return {EINVAL, "this job needs to know what is new"};
    const bool new_rules = arguments[0] == std::string_view("new-rules");
    const bool new_network = arguments[1] == std::string_view("new-network");
    const bool new_names = arguments[2] == std::string_view("new-names");
    std::set<Ifindex> ours;
    for (const char* word : arguments.subspan(news)) ours.insert(std::atoi(word));
    if (new_rules)
        if (ActionResult result = run({"udevadm", "control", "--reload"}); !result.ok()) return result;
    const std::vector<Ifindex> wrong = wrongly_marked(ours, root);
    for (const Ifindex index : wrong) wake(index, root);
    std::vector<Ifindex> given_back = wrong;
    std::erase_if(given_back, [&](Ifindex index) { return ours.contains(index); });
    const ActionResult told = tell_network_manager(new_names, given_back);
    const bool networkd = is_there(root / "run/systemd/netif/state");
    if (!networkd || (wrong.empty() && !new_network)) return told;
    // networkd reads udevd's records.  When these are late, that is reported, and networkd looks nevertheless.
    const ActionResult settled = run({"udevadm", "settle", "--timeout=10"});
    const ActionResult reloaded = run({"networkctl", "reload"});
    return !told.ok() ? told : !reloaded.ok() ? reloaded : settled;
}

} // namespace had::sys
