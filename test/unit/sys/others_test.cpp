#include "had/sys/others.hpp"

#include "had/sys/file.hpp"
#include "test/boost_test.hpp"
#include "test/unit/sys/support.hpp"

#include <cerrno>
#include <cstdlib>

using namespace had::sys;
using had::core::ForOthers;
using had::core::Ifindex;
using had::test::TempDir;

namespace {

const ForOthers some{"rules\n", "network\n", "link\n", "names\n", {2, 9}};

std::string text(const TempDir& root, const std::string& file) {
    return read_file_if_there(root.path() / file).value_or("");
}

std::vector<std::string> arguments(const TempDir& root, const ForOthers& what) {
    const auto job = job_for_others(what, write_for_others(what, root.path()), root.path());
    return job ? job->arguments : std::vector<std::string>{"nothing"};
}

// Programs that do nothing but tell that they were called, and end as they are told to.
struct Programs {
    TempDir root;
    std::string path_before = ::getenv("PATH");

    Programs() {
        root.write("run/systemd/netif/state", "");
        for (const char* name : {"udevadm", "networkctl", "nmcli"}) program(name, "");
        ::setenv("PATH", ((root.path() / "bin").string() + ":" + path_before).c_str(), 1);
    }
    ~Programs() { ::setenv("PATH", path_before.c_str(), 1); }

    void program(const std::string& name, const std::string& script) const {
        root.write("bin/" + name, "#!/bin/sh\necho " + name + " \"$*\" >>" + (root.path() / "calls").string() +
                                      "\n" + script + "\n");
        std::filesystem::permissions(root.path() / "bin" / name, std::filesystem::perms(0755));
    }
    [[nodiscard]] std::string calls() const { return text(root, "calls"); }
    [[nodiscard]] had::core::ActionResult look(std::vector<const char*> arguments) const {
        return have_others_look(arguments, root.path());
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(others)

// The records of this machine's own udevd are no part of a test.
BOOST_FIXTURE_TEST_CASE(they_look_below_the_root_that_was_given, Programs) {
    program("nmcli", "exit 8");               // it does not run
    BOOST_TEST(look({"-", "new-network", "-"}).ok());
    BOOST_TEST(calls() == "udevadm settle --timeout=10\nnetworkctl reload\n");
    std::filesystem::remove(root.path() / "calls");
    std::filesystem::remove(root.path() / "run/systemd/netif/state");
    BOOST_TEST(look({"-", "new-network", "-"}).ok());
    BOOST_TEST(calls() == "");
}

BOOST_FIXTURE_TEST_CASE(that_udevd_does_not_settle_is_told_and_networkd_looks_all_the_same, Programs) {
    program("udevadm", "echo noise; echo 'Timed out for waiting the udev queue being empty.' >&2; exit 1");
    const auto result = look({"-", "new-network", "-"});
    BOOST_TEST(result.error == EIO);
    BOOST_TEST(result.text ==
               "`udevadm settle --timeout=10` failed: Timed out for waiting the udev queue being empty.");
    BOOST_TEST(calls().ends_with("networkctl reload\n"));
}

BOOST_FIXTURE_TEST_CASE(a_program_with_much_to_say_is_not_held_up, Programs) {
    program("udevadm",
            "head -c 300000 /dev/zero | tr '\\0' x >&2; echo >&2; echo 'no such control socket' >&2; exit 2");
    BOOST_TEST(look({"new-rules", "-", "-"}).text == "`udevadm control --reload` failed: no such control socket");
}

BOOST_AUTO_TEST_CASE(without_udevd_and_systemd_nothing_is_written) {
    const TempDir root;
    BOOST_TEST(arguments(root, some) == std::vector<std::string>{"nothing"}, boost::test_tools::per_element());
    BOOST_TEST(!std::filesystem::exists(root.path() / "run"));
}

BOOST_AUTO_TEST_CASE(where_only_udevd_runs_there_are_only_rules) {
    const TempDir root;
    root.write("run/udev/control", "");
    const std::vector<std::string> expected{"tell-others", "new-rules", "-", "-", "2", "9"};
    BOOST_TEST(arguments(root, some) == expected, boost::test_tools::per_element());
    BOOST_TEST(text(root, "run/udev/rules.d/70-had.rules") == "rules\n");
    BOOST_TEST(!std::filesystem::exists(root.path() / "run/systemd"));
}

BOOST_AUTO_TEST_CASE(what_is_new_is_told_once_and_what_is_empty_goes) {
    const TempDir root;
    root.write("run/udev/control", "");
    root.write("run/systemd/network/50-site.network", "a site's own\n");
    root.write("run/NetworkManager/conf.d/50-site.conf", "");
    const std::vector<std::string> all_new{"tell-others", "new-rules", "new-network", "new-names", "2", "9"};
    BOOST_TEST(arguments(root, some) == all_new, boost::test_tools::per_element());
    BOOST_TEST(text(root, "run/systemd/network/00-had.network") == "network\n");
    BOOST_TEST(text(root, "run/systemd/network/00-had.link") == "link\n");
    BOOST_TEST(text(root, "run/NetworkManager/conf.d/70-had.conf") == "names\n");
    const std::vector<std::string> nothing_new{"tell-others", "-", "-", "-", "2", "9"};
    BOOST_TEST(arguments(root, some) == nothing_new, boost::test_tools::per_element());
    const std::vector<std::string> all_gone{"tell-others", "new-rules", "new-network", "new-names"};
    BOOST_TEST(arguments(root, {}) == all_gone, boost::test_tools::per_element());
    for (const auto* file : {"udev/rules.d/70-had.rules", "systemd/network/00-had.network",
                             "systemd/network/00-had.link", "NetworkManager/conf.d/70-had.conf"})
        BOOST_TEST(!std::filesystem::exists(root.path() / "run" / file), file);
    BOOST_TEST(text(root, "run/systemd/network/50-site.network") == "a site's own\n");
}

BOOST_AUTO_TEST_CASE(a_record_of_udevd_that_says_otherwise_is_found) {
    const TempDir root;
    root.write("run/udev/data/n2", "E:ID_BUS=pci\nE:HAD_OBJECT=2.0\n");
    root.write("run/udev/data/n3", "E:ID_BUS=pci\n");
    root.write("run/udev/data/n4", "E:HAD_OBJECT=2.1\n");
    root.write("run/udev/data/n9", "E:ID_BUS=pci\n");
    root.write("run/udev/data/+pci:0000:00:02.0", "E:HAD_OBJECT=2.0\n");
    const std::vector<Ifindex> expected{4, 9};
    BOOST_TEST(wrongly_marked({2, 9, 11}, root.path()) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
