#include "had/sys/file_watches.hpp"

#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <exception>
#include <system_error>
#include <utility>

namespace had::sys {

namespace fs = std::filesystem;

namespace {

constexpr std::uint32_t events = IN_MODIFY | IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE |
                                 IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;
// The directory itself has gone, or has another name; or events were lost.
constexpr std::uint32_t upheaval = IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED | IN_UNMOUNT | IN_Q_OVERFLOW;

// As many as the kernel follows (path_resolution(7)).
constexpr int most_links = 40;

} // namespace

// Of the file's directory; where the name is a link, also of the one that it leads to; and where a directory on the way
// is a link, of the one that the link is in.
std::set<FileWatches::Place> FileWatches::places_of(const fs::path& path) {
    std::set<Place> places;
    std::error_code error;
    fs::path file = path;
    for (int links = 0; links < most_links && !file.empty(); ++links) {
        fs::path name = file.filename(), at = file.parent_path();
        while (at.has_relative_path() && !fs::is_directory(at, error)) {
            name = at.filename();
            at = at.parent_path();
        }
        places.insert({at, name});
        for (; at.has_relative_path(); at = at.parent_path())
            if (fs::is_symlink(fs::symlink_status(at, error))) places.insert({at.parent_path(), at.filename()});
        const fs::path target = fs::read_symlink(file, error);
        if (error) break;                     // it is none, or not there
        file = target.is_absolute() ? target : file.parent_path() / target;
    }
    return places;
}

bool FileWatches::open() {
    if (inotify_) return true;
    UniqueFd fd(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    if (!fd) return false;
    inotify_ = std::move(fd);
    try {
        watch_ = loop_.on_readable(inotify_.get(), [this] { drain(); });
    } catch (...) {
        inotify_.reset();
        throw;
    }
    return true;
}

// Looks again behind the watching: a directory may have come in between.
void FileWatches::watch(const std::string& path, File& file) {
    file.heard = false;
    if (!open()) return;
    constexpr int most_tries = 8;
    for (int tries = 0; tries < most_tries; ++tries) {
        file.places = places_of(path);
        for (const Place& place : file.places) {
            const int number = ::inotify_add_watch(inotify_.get(), place.directory.c_str(), events);
            if (number < 0) return;
            directories_[place.directory] = number;
        }
        if (places_of(path) == file.places) break;
    }
    file.heard = true;
}

void FileWatches::forget_unused() {
    for (auto at = directories_.begin(); at != directories_.end();) {
        const auto needs = [&](const auto& entry) {
            const auto& places = entry.second.places;
            return std::any_of(places.begin(), places.end(),
                               [&](const Place& place) { return place.directory == at->first; });
        };
        if (std::any_of(files_.begin(), files_.end(), needs)) {
            ++at;
            continue;
        }
        // Two names of one directory have one number.
        const int number = at->second;
        at = directories_.erase(at);
        const auto same = [&](const auto& other) { return other.second == number; };
        if (std::none_of(directories_.begin(), directories_.end(), same)) ::inotify_rm_watch(inotify_.get(), number);
    }
}

void FileWatches::listen(const std::vector<std::string>& paths) {
    std::erase_if(files_, [&](const auto& entry) {
        return std::find(paths.begin(), paths.end(), entry.first) == paths.end();
    });
    for (const std::string& path : paths)
        if (const auto [at, fresh] = files_.try_emplace(path); fresh) watch(path, at->second);
    forget_unused();
    if (!files_.empty()) return;
    watch_ = {};
    inotify_.reset();
}

bool FileWatches::hears(const std::string& path) try {
    const auto at = files_.find(path);
    if (at == files_.end()) return false;
    if (!at->second.heard) watch(path, at->second);
    return at->second.heard;
} catch (const std::exception&) {
    return false;
}

// A part at a time: who writes without end holds up nobody.
void FileWatches::drain() {
    alignas(inotify_event) std::array<char, 4096> room;
    const ssize_t size = ::read(inotify_.get(), room.data(), room.size());
    if (size <= 0) return;
    std::set<std::string> touched;
    for (std::size_t at = 0; at + sizeof(inotify_event) <= static_cast<std::size_t>(size);) {
        inotify_event event;
        std::memcpy(&event, room.data() + at, sizeof event);
        const int watch = event.wd;
        const std::string name = event.len > 0 ? room.data() + at + sizeof event : "";
        at += sizeof event + event.len;
        const bool known = std::any_of(directories_.begin(), directories_.end(),
                                       [&](const auto& entry) { return entry.second == watch; });
        const bool all = (event.mask & IN_Q_OVERFLOW) != 0 || (known && (event.mask & upheaval) != 0);
        for (const auto& [path, file] : files_) {
            const bool concerned = std::any_of(file.places.begin(), file.places.end(), [&](const Place& place) {
                const auto directory = directories_.find(place.directory);
                const bool here = directory != directories_.end() && directory->second == watch;
                return here && place.name == name;
            });
            if (concerned || all) touched.insert(path);
        }
        if ((event.mask & IN_IGNORED) != 0)
            std::erase_if(directories_, [&](const auto& entry) { return entry.second == watch; });
    }
    for (const std::string& path : touched)
        if (const auto at = files_.find(path); at != files_.end()) watch(path, at->second);
    forget_unused();
    for (const std::string& path : touched) changed_(path);
}

} // namespace had::sys
