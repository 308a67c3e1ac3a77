#include "test/chassis/story.hpp"

#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>

#include "test/boost_test.hpp"
#include <boost/test/results_collector.hpp>

namespace had::test {
namespace {

// One of each kind: two that emulate would not have the cores to run on, and one that plays costs nothing while
// it is not used.
std::unique_ptr<Chassis>& shared(Needs needs) {
    static std::unique_ptr<Chassis> cards, ports;
    return needs == Needs::cards ? cards : ports;
}

Chassis& chassis_for(const Options& options) {
    auto& chassis = shared(options.needs);
    try {
        if (chassis && chassis->options() == options) {
            chassis->clean();
            return *chassis;
        }
    } catch (const std::exception& e) {
        // A driver that hangs, for instance: what the last story was about may outlive it.
        std::cerr << "  the chassis is switched off and on again: " << e.what() << '\n';
    }
    chassis.reset();
    chassis = make_chassis(options);
    return *chassis;
}

// An exception passes here before Boost.Test has heard of it.
bool failed() {
    if (std::uncaught_exceptions() > 0) return true;
    namespace ut = boost::unit_test;
    return !ut::results_collector.results(ut::framework::current_test_case().p_id).passed();
}

// What one wants to know first, in the order in which one asks.
constexpr const char* evidence = R"sh(
for log in /run/*.log; do [ -s "$log" ] && echo "== $log" && tail -n 40 "$log"; done
echo '== ip -br link'; ip -br link
echo '== dmesg'; dmesg | tail -n 30
)sh";

} // namespace

bool in_soak() { return std::getenv("HAD_SOAK") != nullptr; }

Story::Story(const Options& options) : chassis(chassis_for(options)), guest(chassis.guest()) {}

EmulatedChassis& Story::emulated() { return dynamic_cast<EmulatedChassis&>(chassis); }

Story::~Story() {
    if (!failed()) return;
    try {
        std::cerr << guest.run(evidence).out;
    } catch (const std::exception& e) {
        std::cerr << e.what() << '\n' << chassis.console_tail();
    }
    shared(chassis.options().needs).reset();
}

} // namespace had::test
