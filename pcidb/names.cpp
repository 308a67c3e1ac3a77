#include "pcidb/names.hpp"

extern "C" {
#include <pci/pci.h>
}

#include <csetjmp>
#include <cstring>

namespace had::pcidb {

namespace {

// libpci's error handler must not return, and its own ends the program.  Ours jumps back to where the library
// was entered; no C++ object lives in between.  One question at a time, in one thread.
std::jmp_buf way_out;

__attribute__((noreturn)) void leave(char*, ...) {
    std::longjmp(way_out, 1);
}
void say_nothing(char*, ...) {}

// Neither the network nor udev's own database is asked, since they may be there or not: so the answer is the same
// everywhere.
constexpr int always = PCI_LOOKUP_NO_NUMBERS | PCI_LOOKUP_NO_HWDB;

} // namespace

void PciNames::Free::operator()(pci_access* access) const {
    pci_cleanup(access);
}

PciNames::PciNames(const std::string& file) : access_(pci_alloc()) {
    // Without pci_init: names need no access to the bus, and a missing bus would be an error.
    access_->error = leave;
    access_->warning = say_nothing;
    access_->debug = say_nothing;
    if (!file.empty()) pci_set_name_list_path(access_.get(), strdup(file.c_str()), 1);
}

std::string PciNames::ask(int what, int first, int second) const {
    char buffer[256] = "";
    if (setjmp(way_out) != 0) return {};
    const char* name =
        pci_lookup_name(access_.get(), buffer, sizeof buffer, what | always, first, second);
    return name ? name : "";
}

std::string PciNames::vendor(std::uint16_t vendor) const {
    return ask(PCI_LOOKUP_VENDOR, vendor, 0);
}

std::string PciNames::device(std::uint16_t vendor, std::uint16_t device) const {
    return ask(PCI_LOOKUP_DEVICE, vendor, device);
}

std::string PciNames::card(std::uint16_t vendor_id, std::uint16_t device_id) const {
    const std::string maker = vendor(vendor_id), model = device(vendor_id, device_id);
    return maker + (maker.empty() || model.empty() ? "" : " ") + model;
}

std::string PciNames::device_class(std::uint16_t device_class) const {
    return ask(PCI_LOOKUP_CLASS, device_class, 0);
}

} // namespace had::pcidb
