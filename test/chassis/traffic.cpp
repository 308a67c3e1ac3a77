#include "test/chassis/traffic.hpp"

#include <fmt/format.h>
#include <ostream>

namespace had::test {
namespace {

Limit milliseconds(const Json& value) {
    return Limit(static_cast<int>(value.get<double>() + 0.5));
}

int flows_so_far = 0;

} // namespace

Traffic::Traffic(Guest& guest, int rate, Limit limit, std::string far_address, Ways ways)
    : guest_(guest), name_(fmt::format("flow{}", ++flows_so_far)) {
    guest_.spawn(fmt::format("exec chassis-traffic run {} {} {}{}", name_, far_address, rate,
                             ways == Ways::out ? " one-way" : ""),
                 fmt::format("/run/{}.log", name_));
    guest_.wait_until(
        fmt::format("test -S /run/chassis-traffic/{0} || ! cat /run/{0}.log >&2", name_));
    if (limit > 0s) {
        wait_flowing(limit);
        reset();
    }
}

void Traffic::wait_flowing(Limit limit) {
    guest_.wait_until([&] { return report().flowing; }, limit, "traffic flows");
}

TrafficReport Traffic::ask(const std::string& verb) {
    Json j = guest_.consult("/run/chassis-traffic/" + name_, {{"do", verb}});
    return {j.at("sent"),
            j.at("refused"),
            j.at("arrived"),
            j.at("returned"),
            j.at("lost_out"),
            j.at("lost"),
            j.at("longest_loss"),
            j.at("duplicates"),
            milliseconds(j.at("gap_out_ms")),
            milliseconds(j.at("gap_ms")),
            j.at("flowing")};
}

std::ostream& operator<<(std::ostream& out, const TrafficReport& r) {
    return out << fmt::format(
               "sent {} (refused {}), arrived {}, returned {}, lost {} ({} on the way "
               "out, {} in a row), duplicates {}, longest silence {} ms (far end {} "
               "ms)",
               r.sent, r.refused, r.arrived, r.returned, r.lost, r.lost_out, r.longest_loss,
               r.duplicates, r.gap.count(), r.gap_out.count());
}

} // namespace had::test
