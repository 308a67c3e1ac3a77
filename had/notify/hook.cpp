#include "had/notify/hook.hpp"

#include "had/core/base/printable.hpp"
#include "had/sys/trust.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <system_error>

namespace had::notify {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t most_hooks = 64;

bool is_leftover(const std::string& name) {
    if (name.empty() || name.front() == '.' || name.back() == '~') return true;
    for (const std::string_view part : {".dpkg-", ".rpmnew", ".rpmsave", ".rpmorig", ".swp", ".bak"})
        if (name.find(part) != std::string::npos) return true;
    return false;
}

bool is_masked(const fs::path& path) {
    std::error_code error;
    return fs::is_symlink(fs::symlink_status(path)) && fs::read_symlink(path, error) == "/dev/null";
}

std::vector<fs::directory_entry> entries_of(const fs::path& directory) {
    std::error_code error;
    fs::directory_iterator at(directory, error);
    if (error == std::errc::no_such_file_or_directory) return {};
    if (error) throw std::system_error(error, directory.string() + ": cannot list the programs");
    return {begin(at), end(at)};
}

void add_hooks(const std::vector<fs::directory_entry>& entries, const std::string& prefix, const std::string& event,
               std::vector<Hook>& hooks) {
    std::error_code error;
    for (const auto& entry : entries) {
        const std::string name = entry.path().filename();
        if (is_leftover(name) || is_masked(entry.path()) || entry.is_directory(error)) continue;
        hooks.push_back({.name = prefix + name, .path = entry.path(), .event = event, .refused = ""});
    }
}

std::string why_refused(const Hook& hook) {
    if (core::printable(hook.name) != hook.name || hook.name.find('\n') != std::string::npos)
        return "its name has control characters: rename it";
    return sys::objection_to(hook.path).value_or("");
}

} // namespace

std::string directory_of(const core::Settings& settings) {
    return settings.notify_dir.empty() ? std::string(usual_directory) : settings.notify_dir;
}

std::string Hook::word() const {
    std::string word = name;
    for (char& c : word)
        if (!std::isalnum(static_cast<unsigned char>(c)) && c != '-' && c != '_') c = '.';
    return word.substr(0, 64);
}

bool Hook::wants(std::string_view what, std::string_view level) const {
    return event.empty() ? level != "info" : event == what;
}

std::vector<Hook> find_hooks(const fs::path& directory) {
    std::vector<Hook> hooks;
    const auto entries = entries_of(directory);
    add_hooks(entries, "", "", hooks);
    std::error_code error;
    for (const auto& entry : entries) {
        const std::string name = entry.path().filename();
        if (!is_leftover(name) && name.ends_with(".d") && entry.is_directory(error))
            add_hooks(entries_of(entry.path()), name + "/", name.substr(0, name.size() - 2), hooks);
    }
    std::sort(hooks.begin(), hooks.end(), [](const Hook& a, const Hook& b) { return a.name < b.name; });
    const std::size_t all = hooks.size();
    hooks.resize(std::min(all, most_hooks + 1));
    for (std::size_t i = 0; i < hooks.size(); ++i)
        hooks[i].refused = i < most_hooks ? why_refused(hooks[i])
                                          : fmt::format("there are {} programs, and only the first {} are run: remove "
                                                        "some, or run several from one", all, most_hooks);
    return hooks;
}

} // namespace had::notify
