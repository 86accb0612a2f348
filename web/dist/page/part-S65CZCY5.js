function e(n){let t=n.found===""?"":`; found ${n.found}`,i=n.hint===""?"":` (${n.hint})`;return`${n.field===""?"":`${n.field}: `}${n.rule}${t}${i}`}export{e as a};
