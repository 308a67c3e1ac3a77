// A directory of programs, as an administrator would put them there.
#pragma once

#include "test/unit/control/wire.hpp"
#include "test/unit/skip.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace had::test {

// Not below /tmp: there a name belongs to everybody, and is refused when it is not sticky.
struct HookDir {
    HookDir() : path(dir.path / "notify.d") { std::filesystem::create_directory(path); }
    // Whole at once: what is open for writing cannot be run.
    void add(const std::string& name, const std::string& script, unsigned mode = 0755) const {
        std::filesystem::create_directories((path / name).parent_path());
        const std::filesystem::path fresh = dir.path / "fresh";
        std::ofstream(fresh) << "#!/bin/sh\n" << script << "\n";
        ::chmod(fresh.c_str(), mode);
        std::filesystem::rename(fresh, path / name);
    }
    [[nodiscard]] std::string made(const std::string& name) const {
        std::ifstream in(dir.path / name);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    [[nodiscard]] std::string out(const std::string& name) const { return dir.path / name; }
    TempDir dir;
    std::filesystem::path path;
};

} // namespace had::test
