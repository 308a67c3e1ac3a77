// An object's JSON from one list of its fields, for the writer and the reader alike.
//
//     template <OneOf<MemberView> V, class F>
//     void fields(V& member, F& field) {
//         field("interface", member.interface);
//         field("active", member.active);
//     }
//
// write_object(member) and read_object<MemberView>(json) go through it.  How a value looks is a row below.
// A reader takes a missing key as its default, and throws at what is there and cannot be read.
#pragma once

#include "had/control/json.hpp"
#include "had/control/json_text.hpp"
#include "had/core/view/view.hpp"

#include <concepts>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

namespace had::control {

template <class V, class T>
concept OneOf = std::same_as<std::remove_const_t<V>, T>;

// A number that is written as so many hexadecimal digits.
template <class T>
struct Hex {
    T& value;
    int digits;
};
template <class T>
Hex(T&, int) -> Hex<T>; // clang 14, which builds the fuzzers, does not deduce it by itself

// How a value is text, both ways.
inline std::string text_of(const core::Mac& mac) { return mac.is_zero() ? std::string() : to_string(mac); }
inline std::optional<core::Mac> from_text(const std::string& text, const core::Mac&) { return core::mac_from(text); }
inline std::string_view text_of(core::Health health) { return to_string(health); }
inline auto from_text(const std::string& text, core::Health) { return core::health_from(text); }
inline std::string text_of(const core::PortName& name) { return to_string(name); }
inline auto from_text(const std::string& text, const core::PortName&) { return core::port_name_from(text); }
inline std::string text_of(const core::PciAddress& address) { return to_string(address); }
inline auto from_text(const std::string& text, const core::PciAddress&) { return core::pci_address_from(text); }
inline std::string_view text_of(core::Extraction extraction) { return to_string(extraction); }
inline auto from_text(const std::string& text, core::Extraction) { return core::extraction_from(text); }
inline std::string_view text_of(core::AlarmSeverity severity) { return to_string(severity); }
inline auto from_text(const std::string& text, core::AlarmSeverity) { return core::severity_from(text); }
inline std::string_view text_of(core::PathState state) { return to_string(state); }
inline auto from_text(const std::string& text, core::PathState) { return core::path_state_from(text); }
inline std::string_view text_of(core::Phase phase) { return to_string(phase); }
inline auto from_text(const std::string& text, core::Phase) { return core::phase_from(text); }
inline std::string_view text_of(core::LanState state) { return to_string(state); }
inline auto from_text(const std::string& text, core::LanState) { return core::lan_state_from(text); }
inline std::string_view text_of(core::PeerRole role) { return to_string(role); }
inline auto from_text(const std::string& text, core::PeerRole) { return core::peer_role_from(text); }
inline std::string text_of(const core::IpAddress& address) { return to_string(address); }
inline auto from_text(const std::string& text, const core::IpAddress&) { return core::ip_address_from(text); }
inline std::string_view text_of(core::Probe probe) { return to_string(probe); }
inline auto from_text(const std::string& text, core::Probe) { return core::probe_from(text); }
inline std::string text_of(const core::IpPrefix& prefix) { return to_string(prefix); }
inline auto from_text(const std::string& text, const core::IpPrefix&) { return core::ip_prefix_from(text); }

template <class T>
concept AsText = requires(const T& value) { text_of(value); };
template <class T>
concept Plain = std::integral<T> || std::same_as<T, std::string>;

template <class V>
JsonText write_object(const V& object);
template <class V>
V read_object(const Json& json);

class FieldWriter {
public:
    void operator()(std::string_view name, const Plain auto& value) { put(name, JsonText(value)); }
    void operator()(std::string_view name, const AsText auto& value) { put(name, JsonText(text_of(value))); }
    void operator()(std::string_view name, core::Duration value) { put(name, JsonText(value.count())); }
    template <class T>
    void operator()(std::string_view name, const Hex<T>& number) {
        put(name, JsonText(hex(number.value, number.digits)));
    }
    // A function or a card that is not there is null; of what only names something, "".
    template <class T>
    void operator()(std::string_view name, const std::optional<T>& value) {
        if (value) put(name, written(*value));
        else put(name, std::same_as<T, core::Probe> ? JsonText("") : JsonText(nullptr));
    }
    template <class T>
    void operator()(std::string_view name, const std::vector<T>& values) {
        put(name, texts(values, [](const T& value) { return written(value); }));
    }
    template <class T>
    void operator()(std::string_view name, const core::SharedList<T>& values) {
        put(name, texts(values, [](const T& value) { return written(value); }));
    }
    [[nodiscard]] JsonText object() const { return members_; }

private:
    template <class T>
    static JsonText written(const T& value) {
        if constexpr (Plain<T>) return JsonText(value);
        else if constexpr (std::same_as<T, core::Duration>) return JsonText(value.count());
        else if constexpr (AsText<T>) return JsonText(text_of(value));
        else return write_object(value);
    }
    void put(std::string_view name, JsonText value) { members_.push_back({name, std::move(value)}); }

    std::vector<JsonMember> members_;
};

class FieldReader {
public:
    explicit FieldReader(const Json& json) : json_(json) {}

    void operator()(const char* name, Plain auto& value) { take(json_, name, value); }
    template <AsText T>
    void operator()(const char* name, T& value) {
        take_text(json_, name, value, [](const std::string& text) { return from_text(text, T()); });
    }
    void operator()(const char* name, core::Duration& value) {
        core::Duration::rep count = value.count();
        take(json_, name, count);
        value = core::Duration(count);
    }
    template <class T>
    void operator()(const char* name, const Hex<T>& number) {
        take_hex(json_, name, number.value);
    }
    template <class T>
    void operator()(const char* name, std::optional<T>& value) {
        const auto found = json_.find(name);
        if (found == json_.end() || found->is_null() || *found == "") return;
        if constexpr (AsText<T> || std::same_as<T, core::Duration>) {
            T there{};
            (*this)(name, there);
            value = std::move(there);
        } else if (found->is_object()) value = read_object<T>(*found);
    }
    template <class T>
    void operator()(const char* name, std::vector<T>& values) {
        take_list(json_, name, values, [](const Json& json) {
            if constexpr (Plain<T>) return json.get<T>();
            else if constexpr (AsText<T>) return from_text(json.get<std::string>(), T()).value();
            else return read_object<T>(json);
        });
    }
    template <class T>
    void operator()(const char* name, core::SharedList<T>& values) {
        take_list(json_, name, values, [](const Json& json) { return read_object<T>(json); });
    }

private:
    const Json& json_;
};

template <class V>
JsonText write_object(const V& object) {
    FieldWriter writer;
    fields(object, writer);
    return writer.object();
}

template <class V>
V read_object(const Json& json) {
    if (!json.is_object()) throw std::invalid_argument("not an object");
    V object;
    FieldReader reader(json);
    fields(object, reader);
    return object;
}

} // namespace had::control
