// Files that others write, heard by inotify(7): no reading by the clock, and no wake-up while nothing happens.
//
// The directory is watched, not the file: one that is replaced by a rename is another file.  Of a directory that is not
// there the deepest one above it that is there is watched, until it comes.  A link is followed to where it leads.  What
// is heard is only that a file may say another thing: its reader reads it.
#pragma once

#include "had/sys/fd.hpp"
#include "had/sys/loop.hpp"

#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace had::sys {

class FileWatches {
public:
    using Changed = std::function<void(const std::string& path)>;

    FileWatches(Loop& loop, Changed changed) : loop_(loop), changed_(std::move(changed)) {}
    FileWatches(const FileWatches&) = delete;
    FileWatches& operator=(const FileWatches&) = delete;

    // To these from now on and no others.  Throws std::bad_alloc alone.
    void listen(const std::vector<std::string>& paths);
    // Whether a change of the file is heard; one that cannot be watched is tried again.  Throws nothing.
    [[nodiscard]] bool hears(const std::string& path);

private:
    // A name in a directory that means something to a file: its own, or that of the next part of the way to it.
    struct Place {
        std::filesystem::path directory;
        std::string name;

        friend auto operator<=>(const Place&, const Place&) = default;
    };
    struct File {
        std::set<Place> places;
        bool heard = false;
    };
    static std::set<Place> places_of(const std::filesystem::path& path);
    bool open();
    void watch(const std::string& path, File& file);
    void forget_unused();
    void drain();

    Loop& loop_;
    Changed changed_;
    UniqueFd inotify_;
    Watch watch_;                             // behind it: it ends before
    std::map<std::string, File> files_;
    std::map<std::filesystem::path, int> directories_;         // as watched, and their numbers
};

} // namespace had::sys
