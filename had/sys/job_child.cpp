#include "had/sys/job_child.hpp"

#include "had/sys/kmod.hpp"
#include "had/sys/loss_cause.hpp"
#include "had/sys/others.hpp"
#include "had/sys/priority.hpp"
#include "had/sys/slot_control.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace had::sys {

namespace {

core::ActionResult run(std::span<const char* const> arguments) {
    const std::string_view job = arguments.empty() ? "" : arguments[0];
    const auto count = arguments.size();
    if (job == "load-module" && (count == 2 || count == 3))
        return load_module(arguments[1], count == 3 ? arguments[2] : "");
    if (job == "unload-module" && count == 2) return unload_module(arguments[1]);
    const SlotControl slots;
    if (job == "unbind") return slots.unbind(arguments.subspan(1));
    if (job == "bind") return slots.bind(arguments.subspan(1));
    if (job == "power" && count >= 3) {
        if (arguments[2] == std::string_view("on")) return slots.switch_on(arguments[1]);
        return slots.switch_off(arguments[1], arguments.subspan(3));
    }
    if (job == "identify" && count == 2) return slots.blink(arguments[1], std::chrono::seconds(15));
    if (job == "remove-card" && count >= 3)
        return slots.remove(arguments[1], arguments[2] == std::string_view("lit"), arguments.subspan(3));
    if (job == "rescan" && count == 2) return slots.rescan(arguments[1]);
    if (job == "why-lost" && count == 4) {
        const auto function = core::pci_address_from(arguments[2]);
        return {0, print(facts_of_loss(std::atoi(arguments[1]), function.value_or(core::PciAddress{}), arguments[3]))};
    }
    if (job == "tell-others") return have_others_look(arguments.subspan(1));
    return {EINVAL, "no such job: '" + std::string(job) + "'"};
}

// For a job that somebody waits for with a hand on the card.  Most of it is a driver's removal, which holds the
// lock that the daemon needs for anything else; what the daemon makes of the events may come after.
bool lets_go(std::span<const char* const> arguments) {
    const std::string_view job = arguments.empty() ? "" : arguments[0];
    if (job == "power") return arguments.size() >= 3 && arguments[2] == std::string_view("off");
    return job == "unbind";
}

} // namespace

int run_job(std::span<const char* const> arguments) {
    if (lets_go(arguments)) run_at_once();
    else be_ordinary();
    core::ActionResult result;
    try {
        result = run(arguments);
    } catch (const std::exception& e) {
        result = {EIO, e.what()};
    }
    if (!result.text.empty()) std::puts(result.text.c_str());
    std::fflush(stdout);
    return result.was_so ? was_so : result.error;
}

} // namespace had::sys
