#include "had/core/action/action.hpp"

#include <algorithm>
#include <cerrno>

namespace had::core {
namespace {

// One question to the operation, answered by a request and by a job.
template <class Answer, class OfRequest, class OfJob>
Answer ask(const Operation& operation, OfRequest of_request, OfJob of_job) {
    return std::visit(
        [&]<class O>(const O& o) -> Answer {
            if constexpr (RequestOperation<O>) return of_request(o);
            else {
                static_assert(JobOperation<O>);
                return of_job(o);
            }
        },
        operation);
}

template <class Answer>
constexpr auto nothing = [](const auto&) { return Answer(); };

} // namespace

void Blocked::add(const Action& failed) {
    const auto holds_rest = [](const auto& o) { return o.holds_rest(); };
    if (ask<bool>(failed.operation, holds_rest, nothing<bool>)) objects_.insert(failed.object);
    if (const auto* create = std::get_if<CreateBond>(&failed.operation)) bonds_.insert(create->name);
}

bool Blocked::blocks(const Action& action) const {
    return objects_.contains(action.object) || bonds_.contains(action.needs);
}

bool is_job(const Operation& operation) {
    return ask<bool>(operation, nothing<bool>, [](const auto&) { return true; });
}

bool is_contestable(const Operation& operation) {
    const auto of_job = []<class O>(const O& o) {
        if constexpr (requires { o.contestable(); }) return o.contestable();
        else return false;
    };
    return ask<bool>(operation, [](const auto& o) { return o.contestable(); }, of_job);
}

Job job_of(const Operation& operation) {
    return ask<Job>(operation, nothing<Job>, [](const auto& o) { return o.job(); });
}

SlotName slot_of(const Operation& operation) {
    return ask<SlotName>(operation, nothing<SlotName>, [](const auto& o) { return o.for_slot(); });
}

std::string to_string(const Operation& operation) {
    return std::visit([](const auto& o) { return o.text(); }, operation);
}

std::string key_of(const Operation& operation) {
    return std::visit([](const auto& o) { return o.key(); }, operation);
}

// "Permission denied" is all that a switched-off IPv6 says (net/ipv6/addrconf.c addrconf_add_dev), and "File
// exists" all that a route in the place of another.
std::string why_failed(const Operation& operation, const ActionResult& result) {
    const auto* address = std::get_if<AddAddress>(&operation);
    const bool is_said = result.text.find("IPv6 is disabled") != std::string::npos;      // since Linux 6.3
    if (address && address->prefix.address.family == IpFamily::v6 && result.error == EACCES && !is_said)
        return result.text + ", IPv6 is switched off on " + address->link.name;
    if (std::holds_alternative<AddRoute>(operation) && result.error == EEXIST)
        return result.text + ", another program's route is in its place";
    if (std::holds_alternative<AddRule>(operation) && result.error == EEXIST)
        return result.text + ", another program's rule is in its place";
    if (std::holds_alternative<AddRule>(operation) && (result.error == EOPNOTSUPP || result.error == EAFNOSUPPORT))
        return result.text + ", this kernel has no policy rules of that family";
    if (std::holds_alternative<SetTunable>(operation) && (result.error == ENOENT || result.error == ENOTDIR))
        return result.text + ", this kernel has no such word of that interface";
    if (std::holds_alternative<SetTunable>(operation) && result.error == EROFS)
        return result.text + ", the service may not write there: see ReadWritePaths= of had.service";
    return result.text;
}

bool note(Owned& owned, const Operation& operation, const Observed& observed) {
    return std::visit([&](const auto& o) { return o.note(owned, observed); }, operation);
}

bool forget(Owned& owned, const Operation& operation) {
    return std::visit([&](const auto& o) { return o.forget(owned); }, operation);
}

bool ActionResult::may_pass() const {
    constexpr int passing[] = {EAGAIN, EINTR, EBUSY, ENOMEM, ENOBUFS, ENOSPC, EMFILE, ENFILE, ETIMEDOUT};
    return unasked || std::find(std::begin(passing), std::end(passing), error) != std::end(passing);
}

} // namespace had::core
