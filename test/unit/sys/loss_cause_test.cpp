// What the counters of PCIe errors say of a lost link.
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
    [[nodiscard]] std::string words() const {
        constexpr Ifindex none = 0;
        return sys::words_of_loss(none, *pci_address_from("0000:02:00.0"), dir.path());
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(loss_cause)

BOOST_AUTO_TEST_CASE(errors_are_told_by_their_kinds_of_the_card_and_of_its_root_port) {
    Tree tree;
    Tree::count(tree.card, "aer_dev_correctable", "RxErr 0\nBadTLP 2\nTimeout 1\nTOTAL_ERR_COR 3\n");
    Tree::count(tree.card, "aer_dev_fatal", "Undefined 0\nDLP 1\nTOTAL_ERR_FATAL 1\n");
    Tree::count(tree.root_port, "aer_dev_correctable", "RxErr 7\nTOTAL_ERR_COR 7\n");
    BOOST_TEST(tree.words() == "PCIe errors that the card 0000:02:00.0 has counted since the boot: "
                               "correctable 3 (BadTLP 2, Timeout 1), fatal 1 (DLP 1); "
                               "PCIe errors that its root port 0000:00:1c.0 has counted since the boot: "
                               "correctable 7 (RxErr 7)");
}

BOOST_AUTO_TEST_CASE(where_nothing_was_counted_nothing_is_told) {
    Tree tree;
    BOOST_TEST(tree.words() == "");
    Tree::count(tree.card, "aer_dev_correctable", "RxErr 0\nTOTAL_ERR_COR 0\n");
    Tree::count(tree.card, "aer_dev_fatal", "what is this\n\n");
    BOOST_TEST(tree.words() == "");
    BOOST_TEST(sys::words_of_loss(0, *pci_address_from("0000:0f:00.0"), tree.dir.path()) == "");
}

BOOST_AUTO_TEST_SUITE_END()
