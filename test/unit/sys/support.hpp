// What several tests of the edges need: waiting, a scratch directory, a network of one's own.
#pragma once

#include "had/core/world/event.hpp"
#include "had/sys/clock.hpp"
#include "had/sys/loop.hpp"
#include "test/unit/skip.hpp"

#include <sched.h>
#include <stdlib.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <string>
#include <vector>

namespace had::test {

// Runs the loop until `so` holds; false when it did not within the limit.
inline bool wait_for(sys::Loop& loop, const std::function<bool()>& so,
                     core::Duration limit = std::chrono::seconds(10)) {
    const auto end = sys::steady_now() + limit;
    while (!so()) {
        if (sys::steady_now() >= end) return false;
        const auto tick = loop.after(std::chrono::milliseconds(2), [&] { loop.stop(); });
        loop.run();
    }
    return true;
}

class TempDir {
public:
    TempDir() {
        auto name = (std::filesystem::temp_directory_path() / "had-test-XXXXXX").string();
        if (!mkdtemp(name.data())) throw std::runtime_error("mkdtemp " + name);
        path_ = name;
    }
    TempDir(const TempDir&) = delete;
    TempDir& operator=(const TempDir&) = delete;
    ~TempDir() { std::filesystem::remove_all(path_); }

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    void write(const std::filesystem::path& relative, std::string_view text) const {
        std::filesystem::create_directories((path_ / relative).parent_path());
        std::ofstream(path_ / relative) << text;
    }

private:
    std::filesystem::path path_;
};

// An empty network for the rest of this process.  False where the system does not allow one: the
// test then has nothing to try, and says so.
inline bool fresh_network() {
    if (::unshare(CLONE_NEWNET) == 0) return true;
    const auto uid = ::getuid(), gid = ::getgid();
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) return false;
    std::ofstream("/proc/self/setgroups") << "deny";
    std::ofstream("/proc/self/uid_map") << "0 " << uid << " 1";
    std::ofstream("/proc/self/gid_map") << "0 " << gid << " 1";
    return true;
}

inline bool shell(const std::string& command) {
    return std::system(("{ " + command + "; } >/dev/null 2>&1").c_str()) == 0;
}

// The events of one kind, in order.
template <class T>
std::vector<T> only(const std::vector<core::Event>& events) {
    std::vector<T> found;
    for (const auto& event : events)
        if (const auto* one = std::get_if<T>(&event)) found.push_back(*one);
    return found;
}

} // namespace had::test
