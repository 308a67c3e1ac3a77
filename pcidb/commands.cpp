#include "pcidb/commands.hpp"

#include "had/core/config/driver_table.hpp"
#include "had/sys/file.hpp"
#include "had/sys/pci_scan.hpp"
#include "pcidb/build_table.hpp"
#include "pcidb/gather.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <system_error>

namespace had::pcidb {

namespace {

struct Loaded {
    core::ParsedDriverTable parsed;
    int code = ok; // else why the table cannot be used, which is printed already
};

bool is_denied(const std::system_error& error) {
    return error.code() == std::errc::permission_denied ||
           error.code() == std::errc::operation_not_permitted;
}

Loaded read_table(const std::string& file, std::ostream& err) {
    Loaded loaded;
    try {
        loaded.parsed = core::parse_driver_table(sys::read_file(file));
    } catch (const std::system_error& error) {
        err << "pcidb: " << error.what() << '\n';
        loaded.code = is_denied(error) ? no_permission : bad_configuration;
    }
    return loaded;
}

// For the commands that use the table: prints its mistakes, and does not use a table with errors.
Loaded usable_table(const Surroundings& at, std::ostream& err) {
    Loaded loaded = read_table(at.table, err);
    if (!has_errors(loaded.parsed.diagnostics)) return loaded;
    for (const core::Diagnostic& diagnostic : loaded.parsed.diagnostics)
        if (diagnostic.severity == core::Severity::error)
            err << to_string(diagnostic, at.table) << '\n';
    loaded.parsed.table = {};
    loaded.code = bad_configuration;
    return loaded;
}

std::string nothing_found(const Inventory& inventory, const std::string& target) {
    if (inventory.has_slot(target)) return fmt::format("slot {} holds no network function", target);
    const std::string slots = inventory.slot_names();
    return fmt::format(
        "'{}' is no id (VVVV:DDDD[:SSSS:ssss]), no PCI function of this machine and no "
        "slot that the kernel knows ({})",
        target, slots.empty() ? "it knows none" : slots);
}

std::vector<CardReport> find(const Inventory& inventory, const std::string& target) {
    if (const auto asked = asked_id_from(target)) return {inventory.asked(*asked)};
    if (const auto address = core::pci_address_from(target))
        if (auto card = inventory.function(*address)) return {std::move(*card)};
    return inventory.in_slot(target);
}

int put(const Surroundings& at, const std::string& text, std::ostream& out, std::ostream& err) {
    if (at.output.empty() || at.output == "-" || sys::is_standard_output(at.output)) {
        out << text;
        return ok;
    }
    try {
        sys::write_output(at.output, text);
        return ok;
    } catch (const std::system_error& error) {
        err << "pcidb: " << error.what() << '\n';
        return is_denied(error) ? no_permission : failed;
    }
}

std::string installed_kernels(const std::filesystem::path& modules) {
    std::vector<std::string> kernels;
    std::error_code error;
    for (std::filesystem::directory_iterator at(modules, error), end; !error && at != end;
         at.increment(error))
        kernels.push_back(at->path().filename());
    std::sort(kernels.begin(), kernels.end());
    return kernels.empty() ? "none" : fmt::format("{}", fmt::join(kernels, " "));
}

} // namespace

int lookup(const Surroundings& at, const std::string& target, std::ostream& out,
           std::ostream& err) {
    const Loaded loaded = usable_table(at, err);
    if (loaded.code != ok) return loaded.code;
    const PciNames names(at.names);
    const Inventory inventory(sys::PciScan(at.root), loaded.parsed.table, names);
    const std::vector<CardReport> cards = find(inventory, target);
    if (cards.empty()) {
        err << "pcidb: " << nothing_found(inventory, target) << '\n';
        return no_such_object;
    }
    out << (at.json ? lookup_json(cards) : lookup_text(cards));
    const bool all_claimed = std::none_of(
        cards.begin(), cards.end(), [](const CardReport& card) { return card.candidates.empty(); });
    return all_claimed ? ok : no_such_object;
}

int list(const Surroundings& at, std::ostream& out, std::ostream& err) {
    const Loaded loaded = usable_table(at, err);
    if (loaded.code != ok) return loaded.code;
    const auto modules = listed(loaded.parsed.table, PciNames(at.names));
    out << (at.json ? list_json(modules) : list_text(modules));
    return ok;
}

int check(const Surroundings& at, std::ostream& out, std::ostream& err) {
    const Loaded loaded = read_table(at.table, err);
    if (loaded.code != ok) return loaded.code;
    const core::DriverTable& table = loaded.parsed.table;
    CheckReport report{at.table, table.entries.size(), 0, loaded.parsed.diagnostics, ""};
    for (const core::DriverEntry& entry : table.entries)
        report.claims += entry.claims.size();
    if (const auto modules = KernelModules::read(at.root / "lib/modules" / at.kernel)) {
        report.kernel = at.kernel;
        const core::Diagnostics missing = missing_modules(table, *modules, at.kernel);
        report.diagnostics.insert(report.diagnostics.end(), missing.begin(), missing.end());
        std::stable_sort(
            report.diagnostics.begin(), report.diagnostics.end(),
            [](const core::Diagnostic& a, const core::Diagnostic& b) { return a.line < b.line; });
    }
    out << (at.json ? check_json(report) : check_text(report));
    return has_errors(report.diagnostics) ? bad_configuration : ok;
}

// The places are useful before there is a table, so they are shown in any case.
int scan(const Surroundings& at, std::ostream& out, std::ostream& err) {
    const Loaded loaded = usable_table(at, err);
    const PciNames names(at.names);
    auto cards = Inventory(sys::PciScan(at.root), loaded.parsed.table, names).network_functions();
    for (CardReport& card : cards)
        card.table_read = loaded.code == ok;
    out << (at.json ? scan_json(cards) : scan_text(cards));
    return loaded.code;
}

int build(const Surroundings& at, std::ostream& out, std::ostream& err) {
    const std::filesystem::path all =
        at.modules.empty() ? at.root / "lib/modules" : std::filesystem::path(at.modules);
    const auto modules = KernelModules::read(all / at.kernel);
    if (!modules) {
        err << fmt::format("pcidb: no modules of kernel {} are installed in {} (there are: {})\n",
                           at.kernel, all.string(), installed_kernels(all));
        return no_such_object;
    }
    const core::DriverTable table = build_table(network_modules(all / at.kernel, *modules), *modules);
    const std::string text = table_file(listed(table, PciNames(at.names)), at.kernel);
    return put(at, text, out, err);
}

int modprobe(const Surroundings& at, std::ostream& out, std::ostream& err) {
    const Loaded loaded = usable_table(at, err);
    if (loaded.code != ok) return loaded.code;
    return put(at, modprobe_file(loaded.parsed.table, at.table), out, err);
}

} // namespace had::pcidb
