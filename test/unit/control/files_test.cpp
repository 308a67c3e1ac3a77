#include "had/files.hpp"

#include "had/core/base/limits.hpp"

#include "test/boost_test.hpp"
#include "test/unit/control/wire.hpp"
#include "test/unit/skip.hpp"

#include <linux/capability.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <system_error>

using namespace had;

namespace {

Files running() {
    Files files;
    files.config.had.pcidrivers = "/etc/cards.conf";
    files.table = core::parse_driver_table("[e1000]\nid = 8086:100e\n").table;
    return files;
}

// Root without what lets it read any file.
class WithoutOverride {
public:
    WithoutOverride() {
        if (::syscall(SYS_capget, &header_, before_.data()) != 0) throw std::runtime_error("capget");
        auto less = before_;
        less[0].effective &= ~(1U << CAP_DAC_OVERRIDE | 1U << CAP_DAC_READ_SEARCH);
        if (::syscall(SYS_capset, &header_, less.data()) != 0) throw std::runtime_error("capset");
    }
    WithoutOverride(const WithoutOverride&) = delete;
    WithoutOverride& operator=(const WithoutOverride&) = delete;
    ~WithoutOverride() { ::syscall(SYS_capset, &header_, before_.data()); }

private:
    __user_cap_header_struct header_{_LINUX_CAPABILITY_VERSION_3, 0};
    std::array<__user_cap_data_struct, 2> before_{};
};

} // namespace

BOOST_AUTO_TEST_SUITE(files)

BOOST_AUTO_TEST_CASE(a_text_is_planned_with_the_table_in_force) {
    const Files files = files_of({{"had.conf", "[had]\npcidrivers = /etc/cards.conf\n"}}, running());
    BOOST_TEST(files.usable());
    BOOST_TEST(files.diagnostics.empty());
    BOOST_TEST((files.table == running().table));
}

// A FIFO would hold whoever opens it until somebody writes.
BOOST_AUTO_TEST_CASE(a_table_that_a_text_names_is_not_opened_whatever_it_is) {
    const test::TempDir dir;
    const std::string fifo = dir.path / "fifo", none = dir.path / "none";
    BOOST_TEST_REQUIRE(::mkfifo(fifo.c_str(), 0666) == 0);
    for (const std::string& path : {fifo, none, std::string("/dev/zero"), std::string("/etc/shadow")}) {
        const Files files = files_of({{"had.conf", "[had]\npcidrivers = " + path + "\n"}}, running());
        BOOST_TEST(files.usable());
        BOOST_TEST_REQUIRE(files.diagnostics.size() == 1u);
        BOOST_TEST(core::to_string(files.diagnostics.at(0), "had.conf") ==
                   "had.conf: warning: had: the driver table " + path +
                       " is not read for a plan, which is made with that of /etc/cards.conf");
        BOOST_TEST((files.table == running().table));
    }
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_read_is_named_once) {
    try {
        read_files("/dev/zero");
        BOOST_ERROR("a device was read");
    } catch (const std::system_error& e) {
        BOOST_TEST(core::to_string(unreadable(e, "/dev/zero"), "/dev/zero")
                       .starts_with("/dev/zero: cannot read: it is a device"));
    }
    BOOST_TEST(core::to_string(unreadable(std::runtime_error("no memory"), "f"), "f") == "f: no memory");
}

// What cannot be read hides nothing of what could.
BOOST_AUTO_TEST_CASE(mistakes_of_both_files_are_told_together_each_with_its_file) {
    const test::TempDir dir;
    const std::string conf = dir.path / "had.conf", table = dir.path / "cards.conf";
    std::ofstream(table) << "[e1000]\nid = nonsense\nid = 8086:100e\n[e1000e]\nid = 8086:100e\n";
    std::ofstream(conf) << "[had]\npcidrivers = " + table + "\ndomain = A\n";
    Files files = read_files(conf);
    BOOST_TEST(!files.usable());
    BOOST_TEST_REQUIRE(files.diagnostics.size() == 2u);
    BOOST_TEST(core::to_string(files.diagnostics[0], conf).starts_with(conf + ":3: had: unknown key 'domain'"));
    BOOST_TEST(core::to_string(files.diagnostics[1], conf).starts_with(table + ":2: e1000: 'nonsense'"));

    std::ofstream(conf) << "[had]\npcidrivers = " + dir.path.string() + "\ndomain = A\n";
    files = read_files(conf);
    BOOST_TEST_REQUIRE(files.diagnostics.size() == 2u);
    BOOST_TEST(core::to_string(files.diagnostics[1], conf)
                   .starts_with(dir.path.string() + ": cannot read: it is a directory"));
}

BOOST_AUTO_TEST_CASE(a_group_that_is_not_there_is_a_warning_and_costs_its_rights_only) {
    const Files files = parse_files(
        ConfigTexts{{"had.conf", "[had]\n\nsocket_group = no-such-group\npcidrivers = /dev/null/none\n"}});
    BOOST_TEST(files.usable());
    BOOST_TEST(core::to_string(files.diagnostics.at(0), "had.conf").starts_with(
        "had.conf:3: warning: had: there is no group 'no-such-group'"));
}

// had.conf, and a directory beside it.
struct Beside {
    const test::TempDir dir;
    const std::string conf = dir.path / "had.conf", beside = conf + ".d";

    Beside() {
        std::filesystem::create_directory(beside);
        put(conf, "[had]\npcidrivers = /dev/null/none\n[bond bond0]\nmode = active-backup\nmiimon = 100\n");
    }
    static void put(const std::string& path, const std::string& text) { std::ofstream(path) << text; }
    std::string at(const std::string& name) const { return beside + "/" + name; }
    // All that is wrong, but for who else may write here.
    std::vector<std::string> mistakes() const {
        std::vector<std::string> all;
        for (const core::Diagnostic& one : read_files(conf).diagnostics)
            if (one.severity == core::Severity::error) all.push_back(core::to_string(one, conf));
        return all;
    }
};

BOOST_FIXTURE_TEST_CASE(a_section_goes_on_in_the_files_beside_it_in_their_order, Beside) {
    put(at("20-more.conf"), "[bond bond0]\naddress = 10.0.1.2/24\n[devices]\n2 = member\n");
    put(at("10-first.conf"), "[bond bond0]\naddress = 10.0.1.1/24\n[config member]\nbond = bond0\n");
    put(at("README"), "not read");
    put(at(".hidden.conf"), "not read");
    put(at("old.conf~"), "not read");
    const Files files = read_files(conf);
    BOOST_REQUIRE(files.usable());
    const core::BondConfig& bond = files.config.bonds.at(0);
    BOOST_REQUIRE(bond.net.addresses.size() == 2u);
    BOOST_TEST(core::to_string(bond.net.addresses[0]) == "10.0.1.1/24");
    BOOST_TEST(bond.line.in("had.conf") == "had.conf:3");
    BOOST_TEST(files.config.devices.at(0).line.in("had.conf") == "had.conf.d/20-more.conf:4");
}

BOOST_FIXTURE_TEST_CASE(a_key_stands_once_over_all_files_and_both_places_are_named, Beside) {
    put(at("10-first.conf"), "[bond bond0]\nmtu = 9000\nmode = balance-rr\n");
    put(at("20-more.conf"), "\n[bond bond0]\nmtu = 1500\n[bond bond0]\nrise = 1s\n");
    const std::string first = at("10-first.conf"), more = at("20-more.conf");
    const std::vector<std::string> expected = {
        first + ":3: bond0: 'mode' is given twice, first in " + conf + ":4",
        more + ":3: bond0: 'mtu' is given twice, first in " + first + ":2",
        more + ":4: section [bond bond0] is given twice, first in line 2"};
    BOOST_TEST(mistakes() == expected, boost::test_tools::per_element());
}

// A FIFO would hold whoever opens it until somebody writes.
BOOST_FIXTURE_TEST_CASE(what_cannot_be_read_is_told_each_and_nothing_is_taken, Beside) {
    BOOST_TEST_REQUIRE(::mkfifo(at("1.conf").c_str(), 0666) == 0);
    std::filesystem::create_directory(at("2.conf"));
    std::filesystem::create_symlink("3.conf", at("3.conf"));
    std::filesystem::create_symlink("/dev/zero", at("4.conf"));
    std::filesystem::create_symlink("nowhere", at("5.conf"));
    put(at("6.conf"), "[bond bond1]\nmode = active-backup\nmiimon = 100\n");
    const std::vector<std::string> all = mistakes();
    BOOST_REQUIRE(all.size() == 5u);
    BOOST_TEST(all[0].starts_with(at("1.conf") + ": cannot read: it is a FIFO, not a file"));
    BOOST_TEST(all[1].starts_with(at("2.conf") + ": cannot read: it is a directory, not a file"));
    BOOST_TEST(all[2].starts_with(at("3.conf") + ": "));
    BOOST_TEST(all[2].ends_with(": Too many levels of symbolic links"));
    BOOST_TEST(all[3].starts_with(at("4.conf") + ": cannot read: it is a device, not a file"));
    BOOST_TEST(all[4].ends_with(": No such file or directory"));
    std::filesystem::remove_all(beside);
    put(beside, "no directory");
    BOOST_TEST(mistakes() == std::vector<std::string>{beside + ": cannot read: Not a directory"},
               boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(there_are_at_most_so_many_and_together_they_are_no_larger_than_one, Beside) {
    for (std::size_t i = 0; i <= core::limits::config_files; ++i) put(at(std::to_string(i) + ".conf"), "");
    BOOST_TEST(mistakes() == std::vector<std::string>{beside + ": more than 64 files end in .conf"},
               boost::test_tools::per_element());
    std::filesystem::remove(at("0.conf"));
    BOOST_TEST(mistakes().empty());
    put(at("1.conf"), ";" + std::string(core::limits::file_bytes, '-'));
    BOOST_TEST(mistakes() == std::vector<std::string>{at("1.conf") + ": with it all files together have more than "
                                                      "1048576 bytes"},
               boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(who_else_may_write_a_file_beside_it_is_told, Beside) {
    put(at("1.conf"), "");
    std::filesystem::permissions(at("1.conf"), std::filesystem::perms(0666));
    const core::Diagnostics all = read_files(conf).diagnostics;
    BOOST_TEST(std::any_of(all.begin(), all.end(), [&](const core::Diagnostic& one) {
        return core::to_string(one, conf).starts_with(at("1.conf") + ": warning: " + at("1.conf") +
                                                      " may be written by everybody");
    }));
}

// A security module, or a file system of another host, keeps root out as well.  What is in force has the key.
BOOST_AUTO_TEST_CASE(a_key_that_root_may_not_read_keeps_the_file_from_being_taken_and_others_are_only_warned) {
    HAD_TRY(::geteuid() == 0);
    const test::TempDir dir;
    const std::string key = dir.path / "key", conf = dir.path / "had.conf";
    std::ofstream(key) << "00112233445566778899aabbccddeeff\n";
    std::ofstream(conf) << "[peer there]\nlan = eth0 10.1.0.2\nkey = file " << key << " 1\n";
    BOOST_REQUIRE(::chmod(key.c_str(), 0600) == 0);
    BOOST_TEST(read_files(conf).secrets.contains(key));
    BOOST_REQUIRE(::chmod(key.c_str(), 0000) == 0);
    BOOST_REQUIRE(::chmod(dir.path.c_str(), 0755) == 0);
    {
        const WithoutOverride without;
        const Files files = read_files(conf);
        BOOST_TEST(!files.usable());
        BOOST_TEST(core::to_string(files.diagnostics.back(), conf) ==
                   conf + ":3: peer there: " + key + ": Permission denied");
    }
    BOOST_REQUIRE(::seteuid(65534) == 0);
    const Files files = read_files(conf);
    BOOST_REQUIRE(::seteuid(0) == 0);
    BOOST_TEST(files.usable());
    BOOST_TEST(core::to_string(files.diagnostics.back(), conf) ==
               conf + ":3: warning: peer there: " + key + ": only root can judge this key: permission denied");
}

BOOST_AUTO_TEST_SUITE_END()
