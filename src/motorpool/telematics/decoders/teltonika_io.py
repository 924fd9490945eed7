"""Elements of Teltonika's records: which number means what, and in which unit.

After the tables "AVL ID" of the FMB family (wiki.teltonika-gps.com). What is not listed is kept as `io<number>`.
"""

from __future__ import annotations

from motorpool.telematics.decoders.report import Happening, Report

IGNITION, TOTAL_ODOMETER = 239, 16
#: Element -> attribute and factor.
ATTRIBUTES: dict[int, tuple[str, float]] = {
    1: ("input_1", 1),
    2: ("input_2", 1),
    9: ("analog_1_v", 0.001),
    21: ("gsm_signal", 1),
    66: ("power_v", 0.001),
    67: ("battery_v", 0.001),
    69: ("gnss_status", 1),
    72: ("temperature_1_c", 0.1),
    80: ("data_mode", 1),
    83: ("fuel_used_l", 0.1),
    84: ("fuel_level_l", 0.1),
    113: ("battery_percent", 1),
    179: ("output_1", 1),
    181: ("pdop", 0.1),
    182: ("hdop", 0.1),
    199: ("trip_m", 1),
    200: ("sleep_mode", 1),
    240: ("movement", 1),
    241: ("operator", 1),
    30: ("trouble_codes", 1),
    42: ("engine_run_s", 1),
    43: ("distance_with_mil_km", 1),
    390: ("fuel_level_l", 0.1),
}
#: Element -> column of obd_telemetry and factor, from a CAN adapter or an OBD dongle.
READINGS: dict[int, tuple[str, float]] = {
    31: ("engine_load", 1),
    32: ("coolant_temp", 1),
    34: ("fuel_pressure", 1),
    36: ("rpm", 1),
    37: ("speed", 1),
    39: ("intake_air_temp", 1),
    40: ("maf_rate", 0.01),
    41: ("throttle_position", 1),
    48: ("fuel_level", 1),
    51: ("battery_voltage", 0.001),
    81: ("speed", 1),
    82: ("throttle_position", 1),
    85: ("rpm", 1),
    87: ("odometer", 0.001),
    89: ("fuel_level", 1),
    115: ("coolant_temp", 0.1),
    389: ("odometer", 1),
}
#: Elements whose value may be below zero.
SIGNED = frozenset({32, 39, 72, 115})
#: What element 253 says about the driving.
GREEN_DRIVING = {1: "harsh_acceleration", 2: "harsh_braking", 3: "harsh_cornering"}
GREEN_DRIVING_VALUE = 254
#: Element -> what happened when its value is not 0.
EVENTS = {
    236: "sos",
    246: "tow",
    247: "crash",
    249: "jamming",
    251: "idling",
    252: "power_cut",
    255: "overspeed",
}


def apply_elements(report: Report, event: int, elements: dict[int, bytes]) -> None:
    """Put the elements of a record into its report. `event`: the element that caused the record, 0 for none."""
    for number, data in elements.items():
        if len(data) not in (1, 2, 4, 8):
            report.attributes[f"io{number}"] = data[:200].hex()
            continue
        value = int.from_bytes(data, "big", signed=number in SIGNED)
        if number == IGNITION:
            report.ignition = value == 1
        elif number == TOTAL_ODOMETER:
            report.odometer_m = float(value)
        elif number in READINGS:
            column, factor = READINGS[number]
            report.readings[column] = round(value * factor, 3)
        elif number in ATTRIBUTES:
            name, factor = ATTRIBUTES[number]
            report.attributes[name] = value if factor == 1 else round(value * factor, 3)
        else:
            report.attributes[f"io{number}"] = value
    if event in elements and (happening := _happening(event, elements)):
        report.happenings.append(happening)
        report.attributes["event"] = event


def _happening(event: int, elements: dict[int, bytes]) -> Happening | None:
    value = int.from_bytes(elements[event], "big")
    raw = f"io {event}={value}"
    if event == IGNITION:
        return Happening("ignition_on" if value else "ignition_off", raw=raw)
    if event == 253 and value in GREEN_DRIVING:
        strength = elements.get(GREEN_DRIVING_VALUE)
        force = int.from_bytes(strength, "big") / 100 if strength else None
        return Happening(GREEN_DRIVING[value], force, raw)
    if event == 252 and not value:
        return Happening("power_restored", raw=raw)
    if value and event in EVENTS:
        return Happening(EVENTS[event], float(value) if event == 255 else None, raw)
    return None
