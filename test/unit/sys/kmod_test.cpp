#include "had/sys/kmod.hpp"

#include "had/sys/job_child.hpp"
#include "test/boost_test.hpp"
#include "test/unit/sys/support.hpp"

#include <cerrno>

using namespace had;
using namespace had::sys;
namespace fs = std::filesystem;

namespace {

// A module tree without modules, and a sysfs in which e1000 is loaded.
struct Tree {
    test::TempDir dir;
    ModuleTree tree{(dir.path() / "lib").string(), dir.path() / "sys"};

    Tree() {
        fs::create_directories(dir.path() / "lib");
        dir.write("sys/module/e1000/initstate", "live\n");
        dir.write("sys/module/e1000/refcnt", "0\n");
        fs::create_directories(dir.path() / "sys/module/e1000/holders");
        dir.write("sys/bus/pci/drivers/e1000/bind", "");
        fs::create_directory_symlink("../../../../module/e1000",
                                     dir.path() / "sys/bus/pci/drivers/e1000/module");
        fs::create_directories(dir.path() / "sys/module/e1000/drivers");
        fs::create_directory_symlink("../../../bus/pci/drivers/e1000",
                                     dir.path() / "sys/module/e1000/drivers/pci:e1000");
    }
};

const core::ActionResult there{.error = 0, .text = "", .was_so = true};

} // namespace

BOOST_AUTO_TEST_SUITE(kmod)

BOOST_AUTO_TEST_CASE(a_module_that_is_not_there_is_named_with_where_it_was_sought) {
    const Tree t;
    const auto result = load_module("e100", "", t.tree);
    BOOST_TEST(result.error == ENOENT);
    BOOST_TEST(result.text == "module e100 is not in " + t.tree.directory);
}

BOOST_AUTO_TEST_CASE(a_module_that_is_loaded_already_is_a_success) {
    const Tree t;
    BOOST_CHECK(load_module("e1000", "", t.tree) == there);
    t.dir.write("sys/module/ne2k_pci/initstate", "live\n");
    BOOST_CHECK(load_module("ne2k-pci", "", t.tree) == there);
    t.dir.write("sys/module/slow/initstate", "coming\n");
    BOOST_TEST(load_module("slow", "", t.tree).error == ENOENT);
}

BOOST_AUTO_TEST_CASE(a_built_in_driver_is_a_success_too) {
    const Tree t;
    fs::create_directories(t.dir.path() / "sys/module/virtio_net/parameters");
    BOOST_CHECK(load_module("virtio_net", "", t.tree) == there);
}

BOOST_AUTO_TEST_CASE(a_driver_that_serves_a_card_is_in_use_whatever_its_reference_count) {
    const Tree t;
    const auto sysfs = t.dir.path() / "sys";
    BOOST_TEST(why_in_use(sysfs, "e1000") == "");
    fs::create_directory_symlink("../../../../devices/pci0000:00/0000:00:05.0",
                                 sysfs / "bus/pci/drivers/e1000/0000:00:05.0");
    BOOST_TEST(why_in_use(sysfs, "e1000") == "it serves 0000:00:05.0");
}

BOOST_AUTO_TEST_CASE(a_parameter_that_not_everybody_may_read_is_told_to_nobody) {
    const Tree t;
    t.dir.write("sys/module/e1000/parameters/debug", "3\n");
    t.dir.write("sys/module/e1000/parameters/key", "secret\n");
    const fs::path key = t.dir.path() / "sys/module/e1000/parameters/key";
    for (const unsigned hidden : {0400U, 0600U, 0440U}) {
        fs::permissions(key, static_cast<fs::perms>(hidden));
        BOOST_CHECK((parameters_of(t.dir.path() / "sys", "e1000") == had::core::Parameters{{"debug", "3"}}));
    }
    fs::permissions(key, static_cast<fs::perms>(0444));
    BOOST_TEST(parameters_of(t.dir.path() / "sys", "e1000").size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_module_that_others_need_is_in_use) {
    const Tree t;
    t.dir.write("sys/module/mii/refcnt", "2\n");
    BOOST_TEST(why_in_use(t.tree.sysfs, "mii") == "its reference count is 2");
    fs::create_directories(t.dir.path() / "sys/module/mii/holders/8139cp");
    BOOST_TEST(why_in_use(t.tree.sysfs, "mii") == "module 8139cp uses it");
}

BOOST_AUTO_TEST_CASE(unloading_what_is_not_loaded_is_a_success) {
    BOOST_CHECK(unload_module("had_no_such_module") == core::ActionResult{});
}

BOOST_AUTO_TEST_CASE(an_unknown_job_is_refused) {
    const char* const unknown[] = {"format-disk", "c"};
    BOOST_TEST(run_job(unknown) == EINVAL);
    BOOST_TEST(run_job({}) == EINVAL);
    const char* const missing[] = {"load-module", "had_no_such_module"};
    BOOST_TEST(run_job(missing) == ENOENT);
}

BOOST_AUTO_TEST_SUITE_END()
