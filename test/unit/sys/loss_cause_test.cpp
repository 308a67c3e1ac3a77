// What the counters of PCIe errors hold when a link is lost.
#include "had/sys/loss_cause.hpp"

#include "test/boost_test.hpp"
#include "test/unit/sys/support.hpp"

#include <filesystem>
#include <fstream>
#include <string>

using namespace had;
using namespace had::core;
using namespace had::test;

namespace {

namespace fs = std::filesystem;

// A card behind a bridge behind a root port, as sysfs has them.
struct Tree {
    TempDir dir;
    fs::path root_port = dir.path() / "sys/devices/pci0000:00/0000:00:1c.0";
    fs::path card = root_port / "0000:01:00.0" / "0000:02:00.0";

    Tree() {
        fs::create_directories(card);
        fs::create_directories(dir.path() / "sys/bus/pci/devices");
        fs::create_symlink(card, dir.path() / "sys/bus/pci/devices/0000:02:00.0");
    }
    static void count(const fs::path& device, const std::string& file, const std::string& text) {
        std::ofstream(device / file) << text;
    }
    [[nodiscard]] LossFacts facts() const {
        constexpr Ifindex none = 0;
        return sys::facts_of_loss(none, *pci_address_from("0000:02:00.0"), dir.path());
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(loss_cause)

BOOST_AUTO_TEST_CASE(errors_are_read_by_their_kinds_of_the_card_and_of_its_root_port) {
    Tree tree;
    Tree::count(tree.card, "aer_dev_correctable", "RxErr 0\nBadTLP 2\nTimeout 1\nTOTAL_ERR_COR 3\n");
    Tree::count(tree.card, "aer_dev_fatal", "Undefined 0\nDLP 1\nTOTAL_ERR_FATAL 1\n");
    Tree::count(tree.root_port, "aer_dev_correctable", "RxErr 7\nTOTAL_ERR_COR 7\n");
    BOOST_TEST(print(tree.facts()) == "\tcard 0000:02:00.0 correctable 3 BadTLP 2 Timeout 1 fatal 1 DLP 1"
                                      "\troot-port 0000:00:1c.0 correctable 7 RxErr 7");
}

BOOST_AUTO_TEST_CASE(counters_at_nothing_are_known_and_what_is_none_is_not) {
    Tree tree;
    BOOST_TEST(print(tree.facts()) == "");
    Tree::count(tree.card, "aer_dev_correctable", "RxErr 0\nTOTAL_ERR_COR 0\n");
    Tree::count(tree.card, "aer_dev_fatal", "what is this\n\n");
    BOOST_TEST(print(tree.facts()) == "\tcard 0000:02:00.0 correctable 0");
    BOOST_TEST(print(sys::facts_of_loss(0, *pci_address_from("0000:0f:00.0"), tree.dir.path())) == "");
}

BOOST_AUTO_TEST_SUITE_END()
