// in-uml COMMAND: runs it in user-mode Linux, whose kernel has what this machine's may lack.  What it says comes
// as it says it; its exit status is the command's.
#include <algorithm>
#include <cstdio>
#include <iostream>

#include "test/chassis/played_chassis.hpp"

namespace had::test {
namespace {

constexpr Limit look = 500ms, for_ever = 24h;

int run(const std::string& command) {
    PlayedChassis chassis(ports_only());
    Guest& guest = chassis.guest();
    const Background job = guest.spawn(command, "/run/said");
    std::size_t seen = 0;
    const auto pass_on = [&] {
        const std::string fresh = guest.expect("tail -c +" + std::to_string(seen + 1) + " /run/said; echo .");
        std::cout << fresh.substr(0, fresh.size() - 1) << std::flush;
        seen += fresh.size() - 1;
    };
    while (guest.running(job)) {
        guest.holds_within("! test -e /proc/" + std::to_string(job.pid), look);
        pass_on();
    }
    pass_on();
    return guest.wait_exit(job, for_ever);
}

} // namespace
} // namespace had::test

int main(int argc, char** argv) try {
    std::string command;
    for (int i = 1; i < argc; ++i) command += (i > 1 ? " " : "") + std::string(argv[i]);
    return had::test::run(command);
} catch (const std::exception& e) {
    std::fprintf(stderr, "in-uml: %s\n", e.what());
    return 125;
}
