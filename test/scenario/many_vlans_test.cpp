// What happens to a bond happens to all that it carries: that is one thing to tell, not a hundred and twenty.
#include "test/boost_test.hpp"
#include "test/scenario/scenarios.hpp"
#include "test/scenario/script.hpp"

#include <fmt/format.h>
#include <fstream>
#include <sstream>
#include <unistd.h>

namespace had::test {
namespace {

constexpr int vlans = 120;

struct ManyVlans {
    std::filesystem::path directory =
        std::filesystem::temp_directory_path() / fmt::format("had-many-vlans-{}", ::getpid());
    ManyVlans() {
        std::filesystem::create_directories(directory);
        std::ofstream conf(directory / "had.conf");
        conf << "[bond bond0]\nmode = active-backup\nmiimon = 100\naddress = 10.0.1.1/24\n";
        for (int id = 1; id <= vlans; ++id)
            conf << fmt::format("[vlan vlan{0}]\non = bond0\nid = {0}\naddress = 10.1.{0}.1/24\n", id);
        conf << "[config member]\nbond = bond0\n[devices]\n5 = member\n6 = member\n";
        conf.close();
        std::filesystem::copy(all / "pcidrivers.conf", directory);
        stage = std::make_unique<Stage>(directory, usual);
        script.emplace(*stage);
        script->prepare(text_of(all / "chassis"));
    }
    ManyVlans(const ManyVlans&) = delete;
    ManyVlans& operator=(const ManyVlans&) = delete;
    ~ManyVlans() { std::filesystem::remove_all(directory); }

    // What the log has of these steps.
    std::vector<std::string> told(std::string_view steps) {
        const std::size_t before = stage->transcript().size();
        script->play(steps);
        std::istringstream lines(stage->transcript().substr(before));
        std::vector<std::string> told;
        for (std::string line; std::getline(lines, line);)
            for (const char* level : {"  notice ", "  warning ", "  error "})
                if (line.starts_with(level)) told.push_back(line);
        return told;
    }
    void expect_few(std::string_view steps, std::size_t most = 12) {
        const auto lines = told(steps);
        BOOST_TEST(lines.size() <= most, steps << "is told in " << lines.size() << " lines:\n"
                                               << fmt::format("{}", fmt::join(lines, "\n")));
        const auto all = stage->view().vlans;
        BOOST_TEST(all.size() == std::size_t(vlans));
    }
    void expect_healthy() {
        BOOST_TEST((stage->view().health == core::Health::healthy), stage->status().substr(0, 2000));
    }

    std::unique_ptr<Stage> stage;
    std::optional<Script> script;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(many_vlans, ManyVlans)

BOOST_AUTO_TEST_CASE(what_happens_to_their_bond_is_told_once) {
    expect_few("insert 5 8086:100e\ninsert 6 8086:100e\nstart\nwait 10s\n");
    expect_healthy();
    expect_few("cut 5.0\nwait 5s\ncut 6.0\nwait 10s\n");
    expect_few("mend 5.0\nmend 6.0\nwait 30s\n");
    expect_healthy();
    expect_few("someone lowers bond0\nwait 10s\n");
    expect_healthy();
    expect_few("someone deletes bond0\nwait 30s\n");
    expect_healthy();
    expect_few("pull 5\npull 6\nwait 10s\n", 16);
    expect_few("insert 5 8086:100e\ninsert 6 8086:100e\nwait 30s\n", 16);
    expect_healthy();
    expect_few("someone renames bond0 stolen\nwait 10s\n");
    expect_healthy();
    expect_few("kill\nstart\nwait 10s\n");
    expect_healthy();
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace had::test
