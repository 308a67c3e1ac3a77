#include "pcidb/report.hpp"

#include <fmt/format.h>

namespace had::pcidb {

namespace {

constexpr std::size_t width = 100;            // a line of the table may have 199 bytes

constexpr std::string_view table_head =
    R"(; The driver table: which kernel module serves which network card.  See pcidrivers.conf(5).
;
; Made by `pcidb build` from what the modules of Linux {} claim themselves: those in
; drivers/net but for wireless, wwan, can and wan, virtio's, and those that were added to the kernel.
; The modules stand in the order of their names, and equal claims are tried in that order until one
; binds: drivers that share a claim tell their chips apart and leave the other's alone.
)";

} // namespace

std::string table_file(const std::vector<ListedModule>& modules, const std::string& kernel) {
    std::string text = fmt::format(table_head, kernel);
    for (const ListedModule& module : modules) {
        text += fmt::format("\n[{}]\n", module.entry->module);
        for (const ListedClaim& claim : module.claims) {
            std::string line = core::to_string(claim.claim);
            if (!claim.name.empty()) line = fit(line + "  ; " + claim.name, width);
            text += line + '\n';
        }
        if (!module.entry->also.empty())
            text += fmt::format("also = {}\n", fmt::join(module.entry->also, " "));
    }
    return text;
}

std::string modprobe_file(const core::DriverTable& table, const std::string& file) {
    std::string text = fmt::format("# Made by `pcidb modprobe` from {}, so that its options count too when\n"
                                   "# another program loads the driver: udevd, or the initial RAM disk.\n",
                                   file);
    for (const core::DriverEntry& entry : table.entries)
        if (!entry.options.empty()) text += fmt::format("options {} {}\n", entry.module, entry.options);
    return text;
}

} // namespace had::pcidb
