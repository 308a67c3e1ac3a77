#include "had/reload.hpp"

#include "test/boost_test.hpp"
#include "test/fake/fake_kernel.hpp"
#include "test/unit/control/wire.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>

using namespace had;

namespace {

void fail_if(bool fails) {
    if (fails) throw std::system_error(ENOMEM, std::generic_category(), "netlink");
}

// had.conf on a disk, the files in force, and a daemon that takes what it is given.
struct Disk {
    const test::TempDir directory;
    const std::string path = directory.path / "had.conf";
    const Identity identity{"machine", "had.conf", "kernel"};
    Model model{identity, [] { return core::TimePoint{}; }};
    const test::FakeKernel kernel;
    bool cannot_read_modes = false, cannot_set_group = false;

    void write(const std::string& bond) {
        std::ofstream(path) << "[had]\npcidrivers = " << directory.path.string() << "/none\n[bond " << bond
                            << "]\nmode = active-backup\nmiimon = 100\n";
    }
    ReloadedParts parts() {
        return {.read_modes = [this](bool) { fail_if(cannot_read_modes); },
                .set_group = [this](const std::string&) { fail_if(cannot_set_group); },
                .take = [this](const Files& files, bool) {
                    take(files);
                    return std::vector<std::string>{"something waits"};
                }};
    }
    void take(const Files& files) {
        model.take_file(files.config, {});
        model.table = files.table;
    }
    bool is_planned(const FilesInForce& files, const std::string& bond) const {
        const control::PlanAnswer answer = files.plan(model, kernel, std::nullopt);
        return std::any_of(answer.actions.begin(), answer.actions.end(), [&](const core::Action& action) {
            return action.object == core::bond_id(bond);
        });
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(reload, Disk)

BOOST_AUTO_TEST_CASE(a_file_is_in_force_when_all_that_may_fail_has_gone_well) {
    write("bond0");
    FilesInForce files(path, read_files(path));
    take(files.files());
    write("bond1");
    for (bool Disk::*fails : {&Disk::cannot_read_modes, &Disk::cannot_set_group}) {
        this->*fails = true;
        const control::ReloadAnswer answer = files.reload(parts(), false);
        BOOST_TEST(!answer.taken);
        BOOST_TEST(core::has_errors(answer.diagnostics));
        BOOST_TEST(files.files().config.bonds.front().name == "bond0");
        this->*fails = false;
    }
    const control::ReloadAnswer answer = files.reload(parts(), false);
    BOOST_TEST(answer.taken);
    BOOST_TEST(answer.waiting.size() == 1u);
    BOOST_TEST(files.files().config.bonds.front().name == "bond1");
}

BOOST_AUTO_TEST_CASE(a_plan_is_that_of_the_file_which_the_daemon_has_taken) {
    write("bond0");
    FilesInForce files(path, read_files(path));
    take(files.files());
    write("bond1");
    ReloadedParts failing = parts();
    failing.take = [](const Files&, bool) {
        fail_if(true);
        return std::vector<std::string>();
    };
    BOOST_CHECK_THROW(files.reload(failing, false), std::system_error);
    BOOST_TEST(model.file.bonds.front().name == "bond0");
    BOOST_TEST(is_planned(files, "bond0"));
    BOOST_TEST(!is_planned(files, "bond1"));
    files.reload(parts(), false);
    BOOST_TEST(is_planned(files, "bond1"));
}

BOOST_AUTO_TEST_CASE(a_reload_reads_the_files_beside_it_too_and_takes_all_of_them_or_none) {
    write("bond0");
    FilesInForce files(path, read_files(path));
    std::filesystem::create_directory(path + ".d");
    const std::string beside = path + ".d/10-more.conf";
    std::ofstream(beside) << "[bond bond0]\nmtu = 9000\n[bond bond1]\nmode = active-backup\nmiimon = 100\n";
    BOOST_TEST(files.reload(parts(), false).taken);
    BOOST_TEST(*files.files().config.bond("bond0")->net.mtu == 9000u);
    BOOST_TEST(is_planned(files, "bond1"));
    std::ofstream(beside) << "[bond bond0]\nmtu = 1400\nmode = 802.3ad\n";
    const control::ReloadAnswer answer = files.reload(parts(), false);
    BOOST_TEST(!answer.taken);
    BOOST_TEST(core::to_string(answer.diagnostics.at(0), path) ==
               beside + ":3: bond0: 'mode' is given twice, first in " + path + ":4");
    BOOST_TEST(*files.files().config.bond("bond0")->net.mtu == 9000u);
    // A directory that is empty for a moment, or whose link leads nowhere, is not what the files beside had said.
    std::ofstream(beside) << "# [bond bond1] is being written\n";
    BOOST_TEST(!files.reload(parts(), false).taken);
    std::filesystem::remove(beside);
    BOOST_TEST(!files.reload(parts(), false).taken);
    BOOST_TEST(files.files().config.bond("bond1"));
    std::filesystem::remove(path + ".d");
    std::filesystem::create_directory_symlink("nowhere", path + ".d");
    BOOST_TEST(!files.reload(parts(), true).taken);
    std::filesystem::remove(path + ".d");
    BOOST_TEST(files.reload(parts(), true).taken);
    BOOST_TEST(!files.files().config.bond("bond1"));
}

BOOST_AUTO_TEST_SUITE_END()
