// Laws of services, tried on lives of chance: links, devices and probes come and go, programs end, hang or never get
// ready, operators give orders.
#include "test/unit/core/services.hpp"

#include <random>

using namespace had::core;
using namespace had::test;
using namespace std::chrono_literals;

namespace {

const char* const file = "[match stick]\nsubsystem = usb\n"
                         "[service modem]\ntype = oneshot\nfor = stick\ncommand = modem %{device}\nstop = off\n"
                         "[service net]\nneeds = modem\ncommand = net\nready = notify\nstart_timeout = 10s\n"
                         "[service dsl]\nneeds = link eth0\ncommand = dsl\nalive = address dsl0\nstart_timeout = 20s\n"
                         "probe = ask\nprobe_interval = 5s\nretry = 5s\nretry_max = 1min\nsettle = 10s\n"
                         "[service lte]\nneeds = net\ncommand = lte\nalive = address lte0\nstart_timeout = 20s\n"
                         "retry = 5s\nretry_max = 1min\nsettle = 10s\n"
                         "[failover wan]\nmembers = dsl lte\nfailback = after 30s\n";

class Life {
public:
    explicit Life(unsigned seed) : source_(seed) {
        p_.looked = [this] { look(); };
    }

    void live() {
        for (int i = 0; i < 300; ++i) {
            happen();
            p_.pass(std::chrono::milliseconds(below(3) == 0 ? below(40000) : below(2000)));
            look();
        }
        rest();
    }

private:
    unsigned below(unsigned limit) { return std::uniform_int_distribution<unsigned>(0, limit - 1)(source_); }

    // Never two members; nothing runs whose need is not served.
    void look() const {
        BOOST_REQUIRE(!(p_.running.contains("dsl") && p_.running.contains("lte")));
        const bool modem = std::any_of(p_.states.services.begin(), p_.states.services.end(), [](const auto& one) {
            return one.first.service == "modem" && one.second.phase == Phase::done;
        });
        if (p_.running.contains("net") && p_.of("net").phase != Phase::stopping && !p_.devices.empty())
            BOOST_REQUIRE((modem || !p_.done.empty()));
    }

    void happen() {
        switch (below(12)) {
        case 0: return p_.link("eth0", below(3) != 0);
        case 1:
            if (below(2) == 0) p_.devices["stick"].clear();
            else p_.devices["stick"] = {{"1-1", "/dev/x", "/sys/x", ++device_}};
            return;
        case 2: return p_.address("dsl0", p_.running.contains("dsl") && below(4) != 0);
        case 3: return p_.address("lte0", p_.running.contains("lte") && below(4) != 0);
        case 4: return p_.answer("dsl", below(2) == 0);
        case 5:
            if (p_.running.contains("net")) p_.ready("net");
            return;
        case 6:
        case 7: {
            if (p_.running.empty()) return;
            auto one = p_.running.begin();
            std::advance(one, below(static_cast<unsigned>(p_.running.size())));
            p_.ends(std::string(*one), below(2) == 0 ? 0 : 1);
            return;
        }
        case 8:
            p_.deaf.clear();
            if (below(2) == 0) p_.deaf = {"dsl", "lte", "net"};
            return;
        case 9: {
            GroupOrder& order = p_.orders["wan"];
            order = {};
            if (below(3) == 0) order.use = below(2) == 0 ? "dsl" : "lte";
            if (below(4) == 0) order.held.emplace(order.use == "lte" ? "dsl" : "lte", "root");
            return;
        }
        default: return;
        }
    }

    // The 15 hours on a metered line: when the better one is well and stays so, it serves again within the time that
    // the file asks, the longest wait and the stop.
    void rest() {
        p_.orders.clear();
        p_.deaf.clear();
        p_.link("eth0", true);
        p_.answer("dsl", true);
        for (int i = 0; i < 120; ++i) {
            p_.address("dsl0", p_.running.contains("dsl"));
            p_.pass(1s);
        }
        BOOST_TEST(p_.phase("dsl") == "up");
        BOOST_TEST(!p_.running.contains("lte"));
        BOOST_TEST(p_.states.groups.at("wan").active == "dsl");
    }

    std::mt19937 source_;
    Programs p_{file};
    std::uint64_t device_ = 0;
};

} // namespace

BOOST_AUTO_TEST_SUITE(service_laws)

BOOST_AUTO_TEST_CASE(no_two_members_ever_run_and_the_better_one_always_comes_back) {
    for (unsigned seed = 1; seed <= 300; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed) Life(seed).live();
    }
}

// Whatever a probe does, the better member is not tried before it has succeeded for the whole time without a gap.
BOOST_AUTO_TEST_CASE(no_line_comes_back_that_has_not_been_well_for_its_time) {
    unsigned all = 0;
    for (unsigned seed = 1; seed <= 100; ++seed) {
        std::mt19937 source(seed);
        Programs p(file);
        p.link("eth0", true);
        p.devices["stick"] = {{"1-1", "/dev/x", "/sys/x", 1}};
        p.answer("dsl", false);
        p.settle();
        p.ends("modem@1-1", 0);
        p.ready("net");
        p.ends("dsl", 16);
        BOOST_REQUIRE(p.running.contains("lte"));
        p.address("lte0", true);
        unsigned trials = 0;
        for (int i = 0; i < 400; ++i) {
            p.answer("dsl", std::uniform_int_distribution<int>(0, 9)(source) != 0);
            p.pass(1s);
            if (!p.running.contains("dsl")) continue;
            ++trials;
            auto first = p.probes.rbegin();
            while (std::next(first) != p.probes.rend() && std::next(first)->second) ++first;
            BOOST_TEST((first->second && p.now - first->first >= 30s), "seed " << seed);
            p.ends("dsl", 8);                 // the trial fails
            p.probes.clear();
        }
        all += trials;
    }
    BOOST_TEST(all > 100U);
}

BOOST_AUTO_TEST_SUITE_END()
