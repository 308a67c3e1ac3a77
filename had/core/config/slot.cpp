// [slot N]: where a slot is, how its ports are counted, which cards it takes.
#include "had/core/config/parse.hpp"
#include "had/core/config/print.hpp"

#include "had/core/base/number.hpp"
#include <fmt/format.h>


namespace had::core {

namespace {

std::optional<unsigned> hex(std::string_view text, std::size_t digits, unsigned max) {
    const auto value = text.size() > digits ? std::nullopt : number<unsigned>(text, 16);
    return value && *value <= max ? value : std::nullopt;
}

// "0000:02:0c": a PCI address without its function.
std::optional<PciDevice> pci_device_from(std::string_view text) {
    const auto whole = pci_address_from(std::string(text) + ".0");
    if (!whole) return std::nullopt;
    return PciDevice{whole->domain, whole->bus, whole->device};
}

void read_location(const Reader& reader, SlotConfig& slot) {
    constexpr std::string_view form =
        "'path 0000:00:1c.0/0c', 'kernel NAME' or 'pci 0000:02:0c'";
    const auto words = reader.words();
    if (words.size() != 2) return reader.must_be(form);
    if (words[0] == "path") {
        if (const auto path = pci_path_from(words[1])) {
            slot.location = *path;
        } else {
            reader.must_be("a path such as 0000:00:1c.0/0c: a root bus address, then "
                           "device[.function] at each bridge",
                           words[1]);
        }
    } else if (words[0] == "kernel" && words[1].find('/') == std::string_view::npos) {
        slot.location = KernelSlotName{std::string(words[1])};
    } else if (words[0] == "pci") {
        if (const auto device = pci_device_from(words[1])) slot.location = *device;
        else reader.must_be("a device such as 0000:02:0c, without a function", words[1]);
    } else {
        reader.must_be(form);
    }
}

// "0/4.0" -> "00.0/04.0", as relative_path() spells it; a function left out is 0.
std::optional<std::string> relative_path_from(std::string_view text) {
    std::string path;
    for (;;) {
        const auto slash = text.find('/');
        const std::string_view step = text.substr(0, slash);
        const auto dot = step.find('.');
        const auto device = hex(step.substr(0, dot), 2, 0x1f);
        const auto function = dot == std::string_view::npos ? std::optional<unsigned>(0)
                                                            : hex(step.substr(dot + 1), 1, 7);
        if (!device || !function) return std::nullopt;
        path += fmt::format("{}{:02x}.{:x}", path.empty() ? "" : "/", *device, *function);
        if (slash == std::string_view::npos) return path;
        text.remove_prefix(slash + 1);
    }
}

void read_ports(const Reader& reader, SlotConfig& slot) {
    for (const std::string_view word : reader.list()) {
        const auto path = relative_path_from(word);
        if (!path) {
            reader.must_be("paths below the slot, such as 00.0/04.0", word);
        } else if (std::find(slot.ports.begin(), slot.ports.end(), *path) != slot.ports.end()) {
            reader.error("port {} is given twice", *path);
        } else {
            slot.ports.push_back(*path);
        }
    }
}

struct SlotDraft {
    SlotConfig slot;
    bool any = false;
};

void read_accept(const Reader& reader, SlotDraft& draft) {
    Accept& accept = draft.slot.accept;
    for (const std::string_view word : reader.list()) {
        if (word == "any") {
            draft.any = true;
        } else if (word == "same-model") {
            accept.same_model = true;
        } else if (const auto model = model_from(word)) {
            accept.models.push_back(*model);
        } else {
            reader.must_be("any, same-model or models such as 8086:100e", word);
        }
    }
    accept.any = !accept.same_model && accept.models.empty();
}

constexpr Key<SlotDraft> slot_keys[] = {
    {"location", [](const Reader& r, SlotDraft& d) { read_location(r, d.slot); }},
    {"ports", [](const Reader& r, SlotDraft& d) { read_ports(r, d.slot); }},
    {"accept", read_accept, true},
};

void parse_slot(Parsing& parsing, const Heading& heading) {
    SlotDraft draft;
    draft.slot.name = heading.name;
    draft.slot.line = heading.section.line;
    read_keys<SlotDraft>(parsing, heading, slot_keys, draft);
    if (draft.any && !draft.slot.accept.any) {
        heading.notes.error(parsing.line_of(heading.section.name, "accept", draft.slot.line),
                            "'accept = any' and other models exclude each other");
    }
    parsing.config.slots.push_back(std::move(draft.slot));
}

void print_slot(Printer& out, const SlotConfig& slot) {
    out.section("slot", slot.name);
    out.given("location", to_string(slot.location));
    out.given("ports", slot.ports);
    if (slot.accept.same_model) out.key("accept", "same-model");
    for (const ModelId& model : slot.accept.models) {
        out.key("accept", to_pci_id(model.vendor, model.device));
    }
}

void print_slots(Printer& out, const Config& config) {
    for (const SlotConfig& slot : config.slots) print_slot(out, slot);
}

std::vector<std::string_view> slot_key_names() { return names_of<SlotDraft>(slot_keys); }

} // namespace

const SectionRule slot_section{"slot", Named::label, true, parse_slot, slot_key_names, print_slots};

std::optional<ModelId> model_from(std::string_view text) {
    if (text.size() != 9 || text[4] != ':') return std::nullopt;
    const auto vendor = hex(text.substr(0, 4), 4, 0xffff), device = hex(text.substr(5), 4, 0xffff);
    if (!vendor || !device) return std::nullopt;
    return ModelId{static_cast<std::uint16_t>(*vendor), static_cast<std::uint16_t>(*device)};
}

} // namespace had::core
