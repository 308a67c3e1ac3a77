#include "had/notify/hook.hpp"

#include "had/core/base/printable.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
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
    return objection_to(hook.path).value_or("");
}

// Of one element of a path: only root has a hand in it.
std::optional<std::string> objection_to_element(const fs::path& at) {
    struct stat status {};
    if (::lstat(at.c_str(), &status) != 0) return fmt::format("{}: {}", at.string(), std::strerror(errno));
    if (S_ISLNK(status.st_mode)) return std::nullopt;          // what it leads to is looked at
    if (status.st_uid != 0) return fmt::format("{0} is not root's: chown root {0}", at.string());
    const bool by_others = (status.st_mode & (S_IWGRP | S_IWOTH)) != 0;
    const bool sticky = S_ISDIR(status.st_mode) && (status.st_mode & S_ISVTX) != 0;
    if (by_others && !sticky) return fmt::format("{0} may be written by others: chmod go-w {0}", at.string());
    return std::nullopt;
}

std::optional<std::string> objection_to_path(const fs::path& path) {
    fs::path at;
    for (const fs::path& element : path) {
        at /= element;
        if (auto wrong = objection_to_element(at)) return wrong;
    }
    return std::nullopt;
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

std::optional<std::string> objection_to(const fs::path& program) {
    std::error_code error;
    const fs::path real = fs::canonical(program, error);
    if (error) return fmt::format("{}: {}", program.string(), error.message());
    if (auto wrong = objection_to_path(fs::absolute(program).lexically_normal())) return wrong;
    if (auto wrong = objection_to_path(real)) return wrong;
    struct stat status {};
    if (::stat(real.c_str(), &status) != 0) return fmt::format("{}: {}", real.string(), std::strerror(errno));
    if (!S_ISREG(status.st_mode)) return real.string() + " is no file";
    if ((status.st_mode & (S_ISUID | S_ISGID)) != 0)
        return fmt::format("{0} is setuid or setgid: chmod ug-s {0}", real.string());
    if ((status.st_mode & S_IXUSR) == 0) return fmt::format("{0} may not be executed: chmod +x {0}", real.string());
    return std::nullopt;
}

} // namespace had::notify
